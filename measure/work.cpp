#include "measure/work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"
#include "einsum/mask/usage.hpp"
#include "measure/plan_mask.hpp"

namespace tilewright {

namespace {

constexpr double element_B = 2;     // of every data type that a plan has
constexpr Count nominal_run = 128;  // tokens of a tile where a row chooses none

Extents tile_or_run(const Extents& tile, const Extents& tokens) {
  if (!tile.empty()) return tile;
  Extents run(tokens.size(), 1);
  run.back() = std::min(nominal_run, tokens.back());
  return run;
}

double row_B(const plan::Row& row) { return static_cast<double>(Count{row.batch} * row.head_dim) * element_B; }

Work work_of_attention(const plan::Row& row) {
  const AttentionProblem problem = problem_of(row);
  double pairs = 0;
  double queries = 0;
  double keys = 0;
  for (const HeadMask& mask : problem.masks) {
    const Usage usage = usage_of(mask.mask);
    const auto heads = static_cast<double>(mask.heads);
    pairs += heads * static_cast<double>(usage.pairs);
    queries += heads * static_cast<double>(usage.queries);
    keys = std::max(keys, static_cast<double>(usage.keys));
  }
  const double outputs = problem.heads() * static_cast<double>(tokens_of(row.queries));
  return {4 * pairs * static_cast<double>(Count{row.head_dim} * row.batch),
          (queries + 2 * keys * problem.kv_heads) * row_B(row), outputs * row_B(row)};
}

Work work_of_linear(const plan::Row& row) {
  const auto tokens = static_cast<double>(tokens_of(row.keys));
  const auto dim = static_cast<double>(row.head_dim);
  const double chunk = std::min(tokens, static_cast<double>(row.q_tile.empty() ? 1 : tokens_of(row.q_tile)));
  const double pairs = tokens * (chunk + 1) / 2;
  const double flops = 4 * dim * pairs + 4 * dim * dim * (tokens - chunk);
  const auto heads = static_cast<double>(row.heads);
  return {flops * heads * static_cast<double>(row.batch),
          tokens * (heads + 2 * static_cast<double>(row.kv_heads)) * row_B(row), tokens * heads * row_B(row)};
}

Work work_of_permutation(const plan::Row& row) {
  const double rows = static_cast<double>(tokens_of(row.keys)) * static_cast<double>(row.heads);
  return {{}, rows * row_B(row), rows * row_B(row)};
}

}  // namespace

bool is_attention(const plan::Row& row) {
  return row.operation == "attention" || row.operation == "decode" || row.operation == "passes";
}

AttentionProblem problem_of(const plan::Row& row) {
  if (!is_attention(row)) throw InputError(fmt::format("point '{}': {} is no attention", row.point, row.operation));
  AttentionProblem problem;
  problem.layout = {row.queries, row.keys};
  problem.masks = masks_of(row);
  problem.tiling.query_tile = tile_or_run(row.q_tile, row.queries);
  problem.tiling.key_tile = tile_or_run(row.kv_tile, row.keys);
  require_fits(problem.tiling, problem.layout);
  problem.batch = static_cast<double>(row.batch);
  problem.kv_heads = static_cast<double>(row.kv_heads);
  problem.head_dim = static_cast<double>(row.head_dim);
  problem.element_B = element_B;
  return problem;
}

std::optional<Work> work_of(const plan::Row& row) {
  if (is_attention(row)) return work_of_attention(row);
  if (row.operation == "linear") return work_of_linear(row);
  if (row.operation == "permute") return work_of_permutation(row);
  return {};
}

}  // namespace tilewright
