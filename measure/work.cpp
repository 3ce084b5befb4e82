#include "measure/work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"
#include "einsum/stated_attention.hpp"
#include "measure/plan_mask.hpp"

namespace tilewright {

namespace {

constexpr Count nominal_run = 128;  // tokens of a tile where a row chooses none

Extents tile_or_run(const Extents& tile, const Extents& tokens) {
  if (!tile.empty()) return tile;
  Extents run(tokens.size(), 1);
  run.back() = std::min(nominal_run, tokens.back());
  return run;
}

double row_B(const plan::Row& row) {
  return static_cast<double>(Count{row.batch} * row.head_dim) * word_of(row.dtype);
}

Work work_of_attention(const plan::Row& row) {
  const Attention problem = attention_of(row);
  const AttentionNeeds needs = needs_of(problem);
  return {2 * problem.multiply_adds() * needs.pairs,
          needs.queries * problem.query_row_B() + needs.keys * problem.token_B(),
          problem.query_rows() * problem.output_row_B()};
}

/// Products of a pair: scores again, what the gradient of the output says of a weight, and the gradients of V, K
/// and Q.
Work work_of_backward(const plan::Row& row) {
  plan::Row forward = row;
  forward.operation = "attention";
  const Attention problem = attention_of(forward);
  const AttentionNeeds needs = needs_of(problem);
  const double query_rows = static_cast<double>(tokens_of(row.queries)) * row.heads;
  const double key_rows = static_cast<double>(tokens_of(row.keys)) * row.kv_heads;
  return {2 * (3 * problem.head_dim + 2 * problem.value_dim) * needs.pairs,
          needs.queries * (problem.query_row_B() + 2 * problem.output_row_B()) + needs.keys * problem.token_B(),
          (query_rows + 2 * key_rows) * row_B(row)};
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

AttentionWords words_of(const plan::Row& row) {
  AttentionWords words = AttentionWords::all(word_of(row.dtype));
  words.output_B = std::max(words.output_B, 2.0);
  return words;
}

bool is_attention(const plan::Row& row) {
  return row.operation == "attention" || row.operation == "decode" || row.operation == "passes";
}

Attention attention_of(const plan::Row& row) {
  if (!is_attention(row)) throw InputError(fmt::format("point '{}': {} is no attention", row.point, row.operation));
  Attention problem;
  problem.requests = {{static_cast<double>(row.batch), {row.queries, row.keys}, masks_of(row)}};
  problem.kv_heads = static_cast<double>(row.kv_heads);
  problem.head_dim = problem.value_dim = static_cast<double>(row.head_dim);
  problem.words = words_of(row);
  return problem;
}

Tiling tiling_of(const plan::Row& row) {
  Tiling tiling;
  tiling.query_tile = tile_or_run(row.q_tile, row.queries);
  tiling.key_tile = tile_or_run(row.kv_tile, row.keys);
  require_fits(tiling, {row.queries, row.keys});
  return tiling;
}

std::optional<Work> work_of(const plan::Row& row) {
  if (is_attention(row)) return work_of_attention(row);
  if (row.operation == "backward") return work_of_backward(row);
  if (row.operation == "linear") return work_of_linear(row);
  if (row.operation == "permute") return work_of_permutation(row);
  return {};
}

}  // namespace tilewright
