#include "sim/kernel/candidate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "common/error.hpp"

namespace tilewright {

namespace {

// The shape of a rank of the cascade; 1 where the kernel says that there is none.
double shape_of_rank(const Workload& workload, const Cascade& cascade, RankId rank) {
  if (rank < 0) return 1;
  const std::string& name = cascade.ranks[static_cast<std::size_t>(rank)].name;
  const auto shape = workload.shapes.find(name);
  if (shape == workload.shapes.end())
    throw InputError(fmt::format("{}: the workload gives rank '{}' of the kernel no shape", workload.file, name));
  return shape->second;
}

void set_masks(const Workload& workload, const Cascade& cascade, const KernelRanks& ranks, KernelProblem& problem) {
  const auto queries = static_cast<Count>(shape_of_rank(workload, cascade, ranks.queries));
  const auto keys = static_cast<Count>(shape_of_rank(workload, cascade, ranks.keys));
  const auto heads = static_cast<Count>(shape_of_rank(workload, cascade, ranks.heads));
  if (workload.mask) {
    problem.layout = workload.mask->layout(queries, keys);
    problem.masks = make_masks(workload.mask->spec.runs, problem.layout, heads);
    return;
  }
  problem.layout = {{queries}, {keys}};
  problem.masks = make_masks(parse_mask("dense"), problem.layout, heads);
}

}  // namespace

KernelProblem problem_of(const Workload& workload, const Cascade& cascade, const KernelCandidate& candidate) {
  const KernelRanks& ranks = candidate.kernel.ranks;
  KernelProblem problem;
  set_masks(workload, cascade, ranks, problem);
  problem.batch = shape_of_rank(workload, cascade, ranks.batch);
  problem.kv_heads = workload.kv_heads.empty() ? problem.heads() : workload.shapes.at(workload.kv_heads);
  problem.head_dim = shape_of_rank(workload, cascade, ranks.head_dim);
  problem.value_dim = shape_of_rank(workload, cascade, ranks.value_dim);
  problem.element_B = workload.word_B;
  problem.tiling = candidate.tiling;
  return problem;
}

namespace {

// Tiles of other sizes may not be possible, or cost what no row told.
void warn_of_tiles(const Kernel& kernel, const KernelProblem& problem, std::vector<std::string>& warnings) {
  const auto size = [](const Extents& tile) {
    return std::accumulate(tile.begin(), tile.end(), Count{1}, std::multiplies<>());
  };
  const auto is_known = [&](const KernelTile& tile) {
    return size(tile.query) == size(problem.tiling.query_tile) && size(tile.key) == size(problem.tiling.key_tile);
  };
  if (!kernel.tiles.empty() && std::ranges::none_of(kernel.tiles, is_known))
    warnings.push_back(fmt::format("tiles of {} queries and {} keys are none of kernel '{}': an extrapolation",
                                   to_text(problem.tiling.query_tile), to_text(problem.tiling.key_tile),
                                   kernel.name));
}

// Of inputs with queries and keys, such as a bias, operations are counted, but no bytes.
void warn_of_inputs(const Kernel& kernel, const Cascade& cascade, std::vector<std::string>& warnings) {
  const auto has = [](const Tensor& tensor, RankId rank) {
    return rank >= 0 && std::ranges::find(tensor.ranks, rank) != tensor.ranks.end();
  };
  const KernelRanks& ranks = kernel.ranks;
  for (const Tensor& tensor : cascade.tensors)
    if (kernel.block && tensor.role == Tensor::Role::input && !tensor.view_of && has(tensor, ranks.queries) &&
        (has(tensor, ranks.keys) || has(tensor, ranks.tile)))
      warnings.push_back("bytes of input '" + tensor.name + "' are not counted");
}

}  // namespace

void warn(const PreparedKernel& prepared, const Cascade& cascade, std::vector<std::string>& warnings) {
  warn_of_tiles(prepared.kernel, prepared.problem, warnings);
  warn_of_inputs(prepared.kernel, cascade, warnings);
}

}  // namespace tilewright
