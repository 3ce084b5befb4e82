#include "cli/claim_options.hpp"

#include <fmt/format.h>

#include "cli/log.hpp"
#include "common/error.hpp"
#include "explore/claim/quantity.hpp"
#include "explore/stated_baseline.hpp"

namespace tilewright::cli {

namespace {

constexpr double least_speedup = 1e-6;
constexpr double most_speedup = 1e6;

}  // namespace

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

std::optional<ClaimOptions::Measured> ClaimOptions::measured(const Baseline& baseline) const {
  if (!measured_.given()) return {};
  const std::string& text = measured_.use();
  Measured measured{0, text};
  const auto quantity = parse_quantity(text);
  if (quantity && quantity->kind == StatedQuantity::Kind::time) {
    if (baseline.time_s == 0)
      throw InputError(fmt::format("--measured: {} is a time, and the baseline has none without --arch", text));
    measured.speedup = baseline.time_s / quantity->value;
    measured.text = fmt::format("{:.2f}x ({})", measured.speedup, text);
  } else if (quantity && quantity->kind == StatedQuantity::Kind::speedup) {
    measured.speedup = quantity->value;
    measured.text = fmt::format("{:.2f}x", quantity->value);
  }
  if (!(measured.speedup >= least_speedup && measured.speedup <= most_speedup))
    throw InputError(
        fmt::format("--measured: expected a speedup, as in 5.3 or 5.3x, or a time, as in 2.5ms, got '{}'", text));
  return measured;
}

}  // namespace tilewright::cli
