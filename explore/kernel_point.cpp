#include "explore/kernel_point.hpp"

#include <fmt/format.h>

#include <utility>

#include "common/file.hpp"
#include "mappings/kernel/parse.hpp"

namespace tilewright {

namespace {

// " 'fused/other-machine' or 'fused/mine', say", of those that are there.
std::string others_of(const std::string& kernel) {
  std::string names;
  for (const std::string& name : list_configs("calibrations"))
    if (name.starts_with(kernel + "/")) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "" : "; --calibration takes another machine's: " + names;
}

// The parameters of the point's calibration, with a warning where it is of another kernel or architecture; or of
// configs/calibrations/<kernel>/<arch>.yaml; or, where there is no such file, the defaults, with a warning.
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

}  // namespace

KernelCandidate kernel_candidate(const Point& point, const Yaml& mapping, const Cascade& cascade,
                                 const Arch& arch) {
  KernelCandidate candidate;
  candidate.kernel = parse_kernel(mapping, cascade, arch);
  if (!point.query_tile.empty()) candidate.tiling.query_tile = parse_extents(point.query_tile, "--q-tile");
  if (!point.key_tile.empty()) candidate.tiling.key_tile = parse_extents(point.key_tile, "--kv-tile");
  candidate.fit = fit_of(point, candidate.kernel, arch, candidate.warnings);
  return candidate;
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
