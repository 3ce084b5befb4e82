#include "cli/claim_options.hpp"

#include <fmt/format.h>

#include "cli/log.hpp"

namespace tilewright::cli {

void ClaimOptions::add(Inputs& inputs) {
  inputs.add(
      "--baseline", baseline_,
      "what speedups are over: a mask at the machine's limits (dense where left out), a kernel of "
      "configs/kernels as its model estimates it (for all pairs; 'causal by KERNEL': for these), or a time as "
      "in 2.5ms",
      "it has no effect here");
  inputs.add(
      "--measured", measured_,
      "a speedup over the baseline, as in 5.3x, or a time, as in 300us: whether it is possible, and which rung "
      "explains how much of the gap",
      "it has no effect here");
}

Baseline ClaimOptions::baseline(const Attention& problem, const Arch* arch,
                                const std::optional<AttentionRanks>& roles) const {
  std::vector<std::string> warnings;
  Baseline baseline = stated_baseline(baseline_.use(), "--baseline", problem, arch, roles, warnings);
  for (const std::string& warning : warnings) log_warning(fmt::format("--baseline: {}", warning));
  return baseline;
}

std::optional<StatedSpeedup> ClaimOptions::measured(const Baseline& baseline) const {
  if (!measured_.given()) return {};
  return stated_speedup(measured_.use(), "--measured", baseline);
}

}  // namespace tilewright::cli
