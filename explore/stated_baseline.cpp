#include "explore/stated_baseline.hpp"

#include <fmt/format.h>

#include "common/error.hpp"
#include "explore/claim/quantity.hpp"
#include "explore/kernel_baseline.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

namespace {

constexpr double least_speedup = 1e-6;
constexpr double most_speedup = 1e6;

bool is_kernel_name(const std::string& name) {
  try {
    (void)find_kernel(name);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

struct Parts {
  std::string mask;
  std::string kernel;  ///< empty: none
};

Parts parts_of(const std::string& text) {
  const std::size_t by = text.find(" by ");
  if (by != std::string::npos) return {text.substr(0, by), text.substr(by + 4)};
  if (is_kernel_name(text)) return {"dense", text};
  return {text, ""};
}

MaskSpec mask_of(const std::string& text, const std::string& who) {
  try {
    return find_mask(text);
  } catch (const InputError& error) {
    throw InputError(
        fmt::format("{}: expected a mask, a kernel, MASK by KERNEL, or a time as in 2.5ms, got '{}': {}", who, text,
                    error.what()));
  }
}

Baseline at_limit(const std::string& mask, const std::string& who, const Attention& problem, const Arch* arch) {
  const MaskSpec spec = mask_of(mask, who);
  const Tiling tiling = baseline_tiling(problem);
  if (arch == nullptr) return mask_baseline(problem, spec, tiling, nullptr);
  const TileMachine machine = tile_machine_of(*arch, problem, tiling);
  return mask_baseline(problem, spec, tiling, &machine);
}

}  // namespace

Baseline stated_baseline(const std::string& text, const std::string& who, const Attention& problem,
                         const Arch* arch, const std::optional<AttentionRanks>& roles,
                         std::vector<std::string>& warnings) {
  if (const auto time_s = parse_quantity(text, StatedQuantity::Kind::time)) {
    if (arch == nullptr)
      throw InputError(
          fmt::format("{}: {} is a time, and bounds are times of a machine only: expected --arch", who, text));
    return time_baseline(*time_s);
  }
  const Parts parts = parts_of(text);
  if (parts.kernel.empty()) return at_limit(parts.mask, who, problem, arch);
  if (arch == nullptr)
    throw InputError(
        fmt::format("{}: '{}' is a kernel, whose time depends on the machine: expected --arch", who, parts.kernel));
  return kernel_baseline(problem, parts.kernel, find_mask(parts.mask), *arch, roles, warnings);
}

StatedSpeedup stated_speedup(const std::string& text, const std::string& who, const Baseline& baseline) {
  StatedSpeedup stated{0, text};
  const auto quantity = parse_quantity(text);
  if (quantity && quantity->kind == StatedQuantity::Kind::time) {
    if (baseline.time_s == 0)
      throw InputError(fmt::format("{}: {} is a time, and the baseline has none without --arch", who, text));
    stated.speedup = baseline.time_s / quantity->value;
    stated.text = fmt::format("{:.2f}x ({})", stated.speedup, text);
  } else if (quantity && quantity->kind == StatedQuantity::Kind::speedup) {
    stated.speedup = quantity->value;
    stated.text = fmt::format("{:.2f}x", quantity->value);
  }
  if (!(stated.speedup >= least_speedup && stated.speedup <= most_speedup))
    throw InputError(
        fmt::format("{}: expected a speedup, as in 5.3 or 5.3x, or a time, as in 2.5ms, got '{}'", who, text));
  return stated;
}

std::optional<Baseline> limit_of_baseline(const std::string& text, const std::string& who, const Attention& problem,
                                          const Arch& arch) {
  if (parse_quantity(text, StatedQuantity::Kind::time)) return {};
  return at_limit(parts_of(text).mask, who, problem, &arch);
}

}  // namespace tilewright
