#include "explore/kernel_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "common/file.hpp"
#include "mappings/kernel/parse.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright {

Tiling tiling_of(const Point& point) {
  Tiling tiling;
  if (!point.query_tile.empty()) tiling.query_tile = parse_extents(point.query_tile, "--q-tile");
  if (!point.key_tile.empty()) tiling.key_tile = parse_extents(point.key_tile, "--kv-tile");
  return tiling;
}

namespace {

// " 'fused/other-machine' or 'fused/mine', say", of those that are there.
std::string others_of(const std::string& kernel) {
  std::string names;
  for (const std::string& name : list_configs("calibrations"))
    if (name.starts_with(kernel + "/")) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "" : "; --calibration takes another machine's: " + names;
}

}  // namespace

FittedKernel fit_of(const Point& point, const Kernel& kernel, const Arch& arch,
                    std::vector<std::string>& warnings) {
  const std::filesystem::path file = point.calibration.empty()
                                         ? home() / "configs/calibrations" / kernel.name / (arch.name + ".yaml")
                                         : find_config("calibrations", point.calibration);
  if (point.calibration.empty() && !std::filesystem::exists(file)) {
    warnings.push_back(fmt::format(
        "no calibration of kernel '{}' on '{}': nothing is fitted to measurements, all of the softmax is "
        "exposed, and everything else at its best{}",
        kernel.name, arch.name, others_of(kernel.name)));
    return {};
  }
  const Calibration calibration = parse_calibration(Yaml::load(file));
  if (calibration.kernel != kernel.name || calibration.arch != arch.name)
    warnings.push_back(fmt::format("calibration {} is of kernel '{}' on '{}'", file.string(), calibration.kernel,
                                   calibration.arch));
  return {calibration.parameters, file.string()};
}

namespace {

// Tiles of other sizes may not be possible, or cost what no row told.
void warn_of_tiles(const Kernel& kernel, const Tiling& tiling, std::vector<std::string>& warnings) {
  const auto size = [](const Extents& tile) {
    return std::accumulate(tile.begin(), tile.end(), Count{1}, std::multiplies<>());
  };
  const auto is_known = [&](const KernelTile& tile) {
    return size(tile.query) == size(tiling.query_tile) && size(tile.key) == size(tiling.key_tile);
  };
  if (!kernel.tiles.empty() && std::ranges::none_of(kernel.tiles, is_known))
    warnings.push_back(fmt::format("tiles of {} queries and {} keys are none of kernel '{}': an extrapolation",
                                   to_text(tiling.query_tile), to_text(tiling.key_tile), kernel.name));
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
  const Attention problem = attention_of(what.workload, what.cascade);
  const Kernel kernel = parse_kernel(what.mapping, what.cascade, what.arch, *what.workload.ranks);
  std::vector<std::string> warnings;
  const FittedKernel fit = fit_of(what.point, kernel, what.arch, warnings);
  const PreparedKernel prepared = prepare(kernel, what.cascade, what.arch, problem, tiling_of(what.point));
  warn_of_tiles(kernel, prepared.tiling, warnings);
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
