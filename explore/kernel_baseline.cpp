#include "explore/kernel_baseline.hpp"

#include <fmt/format.h>

#include "explore/kernel_times.hpp"

namespace tilewright {

namespace {

std::string limit_of(const Binding& binding, const Arch& arch) {
  return (std::holds_alternative<LevelId>(binding) ? "bytes of " : "") + name_of(binding, arch);
}

}  // namespace

Baseline kernel_baseline(const Attention& problem, const std::string& name, const MaskSpec& mask, const Arch& arch,
                         const std::optional<AttentionRanks>& roles, std::vector<std::string>& warnings) {
  const KernelTimes kernel(name, arch, roles, warnings);
  const PreparedKernel prepared = kernel.prepared(with_mask(problem, mask));
  const KernelResult result = kernel.estimated(prepared);
  Baseline baseline;
  baseline.kind = Baseline::Kind::kernel;
  baseline.tiling = prepared.tiling;
  baseline.name = fmt::format("{} by {}", mask.text, kernel.name());
  baseline.time_s = result.time_s;
  baseline.limit = limit_of(result.binding, arch);
  baseline.by_compute = std::holds_alternative<UnitId>(result.binding);
  return baseline;
}

}  // namespace tilewright
