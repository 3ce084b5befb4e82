#include "cli/claim_options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "cli/log.hpp"
#include "common/error.hpp"
#include "explore/kernel_baseline.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright::cli {

namespace {

constexpr double least_speedup = 1e-6;
constexpr double most_speedup = 1e6;

struct Number {
  double value;
  std::string unit;  ///< what is behind it
};

std::optional<Number> leading_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value > 0)) return {};
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' ') == std::string::npos ? 0 : unit.find_first_not_of(' '));
  return Number{value, unit};
}

std::optional<double> time_of(const std::string& text) {
  const auto number = leading_number(text);
  const auto unit = number ? find_unit(number->unit) : std::nullopt;
  if (!unit || unit->dimension != dimension::seconds) return {};
  return number->value * unit->scale;
}

bool is_kernel_name(const std::string& name) {
  try {
    (void)find_kernel(name);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

Baseline kernel(const Attention& problem, const std::string& name, const std::string& mask, const Arch* arch,
                const std::optional<AttentionRanks>& roles) {
  if (arch == nullptr)
    throw InputError(
        fmt::format("--baseline: '{}' is a kernel, whose time depends on the machine: expected --arch", name));
  std::vector<std::string> warnings;
  Baseline baseline = kernel_baseline(problem, name, find_mask(mask), *arch, roles, warnings);
  for (const std::string& warning : warnings) log_warning(fmt::format("--baseline: {}", warning));
  return baseline;
}

MaskSpec mask_of(const std::string& text) {
  try {
    return find_mask(text);
  } catch (const InputError& error) {
    throw InputError(
        fmt::format("--baseline: expected a mask, a kernel, MASK by KERNEL, or a time as in 2.5ms, got "
                    "'{}': {}",
                    text, error.what()));
  }
}

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
  const std::string& text = baseline_.use();
  if (const auto time_s = time_of(text)) {
    if (arch == nullptr)
      throw InputError(
          fmt::format("--baseline: {} is a time, and bounds are times of a machine only: expected --arch", text));
    return time_baseline(*time_s);
  }
  const std::size_t by = text.find(" by ");
  if (by != std::string::npos) return kernel(problem, text.substr(by + 4), text.substr(0, by), arch, roles);
  if (is_kernel_name(text)) return kernel(problem, text, "dense", arch, roles);
  const MaskSpec mask = mask_of(text);
  const Tiling tiling = baseline_tiling(problem);
  if (arch == nullptr) return mask_baseline(problem, mask, tiling, nullptr);
  const TileMachine machine = tile_machine_of(*arch, problem, tiling);
  return mask_baseline(problem, mask, tiling, &machine);
}

std::optional<ClaimOptions::Measured> ClaimOptions::measured(const Baseline& baseline) const {
  if (!measured_.given()) return {};
  const std::string& text = measured_.use();
  Measured measured{0, text};
  if (const auto time_s = time_of(text)) {
    if (baseline.time_s == 0)
      throw InputError(fmt::format("--measured: {} is a time, and the baseline has none without --arch", text));
    measured.speedup = baseline.time_s / *time_s;
    measured.text = fmt::format("{:.2f}x ({})", measured.speedup, text);
  } else if (const auto number = leading_number(text); number && (number->unit.empty() || number->unit == "x")) {
    measured.speedup = number->value;
    measured.text = fmt::format("{:.2f}x", number->value);
  }
  if (!(measured.speedup >= least_speedup && measured.speedup <= most_speedup))
    throw InputError(
        fmt::format("--measured: expected a speedup, as in 5.3 or 5.3x, or a time, as in 2.5ms, got '{}'", text));
  return measured;
}

}  // namespace tilewright::cli
