#include "explore/kernel_baseline.hpp"

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "explore/kernel_fit.hpp"
#include "mappings/kernel/parse.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright {

namespace {

constexpr const char* shipped_workload = "attention";

std::string limit_of(const Binding& binding, const Arch& arch) {
  return (std::holds_alternative<LevelId>(binding) ? "bytes of " : "") + name_of(binding, arch);
}

}  // namespace

Baseline kernel_baseline(const Attention& problem, const std::string& name, const MaskSpec& mask, const Arch& arch,
                         const std::optional<AttentionRanks>& roles, std::vector<std::string>& warnings) {
  const Yaml file = Yaml::load(find_kernel(name).string());
  const Cascade cascade = load_cascade(find_config("cascades", kernel_cascade(file)));
  const AttentionRanks ranks =
      roles ? *roles : roles_of(load_workload(find_config("workloads", shipped_workload), {}));
  const Kernel kernel = parse_kernel(file, cascade, arch, ranks);
  const FittedKernel fit = fit_of({}, file, arch, warnings);
  const PreparedKernel prepared = prepare(kernel, cascade, arch, with_mask(problem, mask));
  const KernelResult result = estimate(prepared, fit.parameters);
  Baseline baseline;
  baseline.kind = Baseline::Kind::kernel;
  baseline.tiling = prepared.tiling;
  baseline.name = fmt::format("{} by {}", mask.text, kernel.name);
  baseline.time_s = result.time_s;
  baseline.limit = limit_of(result.binding, arch);
  baseline.by_compute = std::holds_alternative<UnitId>(result.binding);
  return baseline;
}

}  // namespace tilewright
