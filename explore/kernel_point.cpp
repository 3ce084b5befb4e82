#include "explore/kernel_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "mappings/kernel/parse.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright {

namespace {

// The shape of a rank of the cascade; 1 where the kernel says that there is none.
double shape_of_rank(const KernelPoint& what, RankId rank) {
  if (rank < 0) return 1;
  const std::string& name = what.cascade.ranks[static_cast<std::size_t>(rank)].name;
  const auto shape = what.workload.shapes.find(name);
  if (shape == what.workload.shapes.end())
    throw InputError(
        fmt::format("{}: the workload gives rank '{}' of the kernel no shape", what.workload.file, name));
  return shape->second;
}

void set_masks(const KernelPoint& what, const KernelRanks& ranks, KernelProblem& problem) {
  const auto queries = static_cast<Count>(shape_of_rank(what, ranks.queries));
  const auto keys = static_cast<Count>(shape_of_rank(what, ranks.keys));
  const auto heads = static_cast<Count>(shape_of_rank(what, ranks.heads));
  if (what.workload.mask) {
    problem.layout = what.workload.mask->layout(queries, keys);
    problem.masks = make_masks(what.workload.mask->spec.runs, problem.layout, heads);
    return;
  }
  problem.layout = {{queries}, {keys}};
  problem.masks = make_masks(parse_mask("dense"), problem.layout, heads);
}

}  // namespace

KernelProblem problem_of(const KernelPoint& what, const Kernel& kernel) {
  KernelProblem problem;
  set_masks(what, kernel.ranks, problem);
  problem.batch = shape_of_rank(what, kernel.ranks.batch);
  problem.kv_heads =
      what.workload.kv_heads.empty() ? problem.heads() : what.workload.shapes.at(what.workload.kv_heads);
  problem.head_dim = shape_of_rank(what, kernel.ranks.head_dim);
  problem.value_dim = shape_of_rank(what, kernel.ranks.value_dim);
  problem.element_B = what.workload.word_B;
  if (!what.point.query_tile.empty()) problem.tiling.query_tile = parse_extents(what.point.query_tile, "--q-tile");
  if (!what.point.key_tile.empty()) problem.tiling.key_tile = parse_extents(what.point.key_tile, "--kv-tile");
  return problem;
}

namespace {

// Tiles of other sizes may not be possible, or cost what no row told.
void warn_of_tiles(const Kernel& kernel, const KernelProblem& problem, std::vector<std::string>& warnings) {
  const auto size = [](const Extents& tile) {
    return std::accumulate(tile.begin(), tile.end(), Count{1}, std::multiplies<>());
  };
  const auto is_known = [&](const KernelTile& tile) {
    return size(tile.tiles.query) == size(problem.tiling.query_tile) &&
           size(tile.tiles.key) == size(problem.tiling.key_tile);
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

using Model = std::function<KernelResult(const PreparedKernel&, const KernelParameters&)>;

Record record_of(const KernelPoint& what, const Model& model) {
  const Kernel kernel = parse_kernel(what.mapping, what.cascade, what.arch);
  std::vector<std::string> warnings;
  const FittedKernel fit = fit_of(what.point, what.mapping, what.arch, warnings);
  const PreparedKernel prepared = prepare(kernel, what.cascade, what.arch, problem_of(what, kernel));
  warn_of_tiles(kernel, prepared.problem, warnings);
  warn_of_inputs(kernel, what.cascade, warnings);
  KernelResult result = model(prepared, fit.parameters);
  result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
  return make_kernel_record(what, prepared, fit, result);
}

}  // namespace

Record estimate_kernel(const KernelPoint& what) { return record_of(what, estimate); }

Record simulate_kernel(const KernelPoint& what, const SimulationOptions& options) {
  return record_of(what, [&](const PreparedKernel& prepared, const KernelParameters& parameters) {
    return simulate(prepared, parameters, options);
  });
}

void refuse_kernel_options(const Point& point) {
  for (const auto& [option, value] :
       {std::pair("--q-tile", &point.query_tile), std::pair("--kv-tile", &point.key_tile),
        std::pair("--calibration", &point.calibration)})
    if (!value->empty())
      throw InputError(
          fmt::format("{}: is for mappings that are kernels; '{}' is a nest of loops", option, point.mapping));
}

}  // namespace tilewright
