#include "sim/kernel/invariants.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

namespace {

constexpr double rounding = 1e-3;

bool at_most(double value, double limit) { return !(value > limit * (1 + rounding)); }

std::string broken_time(const Arch& arch, const KernelResult& result) {
  for (const UnitId u : arch.units.ids())
    if (!at_most(result.unit_busy_s[u], result.time_s))
      return fmt::format("'{}' is busy for {} s of {} s", arch.units[u].name, result.unit_busy_s[u], result.time_s);
  for (const LevelId l : arch.levels.ids())
    if (!at_most(result.level_time_s[l], result.time_s))
      return fmt::format("the bytes of '{}' take {} s of {} s", arch.levels[l].name, result.level_time_s[l],
                         result.time_s);
  return {};
}

}  // namespace

std::string broken_invariant(const Arch& arch, const KernelResult& result, const Record& record) {
  if (!at_most(std::abs(result.shares.sum_s() - result.time_s), rounding * result.time_s))
    return fmt::format("shares of {} s in all, of {} s", result.shares.sum_s(), result.time_s);
  std::string broken = broken_time(arch, result);
  const auto bound_s = record.number("bound.time_s");
  if (broken.empty() && bound_s && !at_most(*bound_s, result.time_s))
    broken = fmt::format("{} s, but nothing takes less than {} s", result.time_s, *bound_s);
  return broken;
}

}  // namespace tilewright
