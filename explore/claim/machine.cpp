#include "explore/claim/machine.hpp"

#include <fmt/format.h>

#include "arch/parse.hpp"

namespace tilewright {

namespace {

// Of a data sheet that says no more; memories are without limit.
Arch peak_arch(double peak_per_s) {
  constexpr double any_clock_Hz = 1e9;
  Arch arch;
  arch.name = fmt::format("a machine of {:.4g} TFLOP/s", peak_per_s * 1e-12);
  arch.clock_Hz = any_clock_Hz;
  Level memory;
  memory.name = "memory";
  arch.levels.push_back(memory);
  ComputeUnit unit;
  unit.name = "its peak rate";
  unit.lanes = peak_per_s / 2 / any_clock_Hz;  // a multiply-add is two operations
  unit.operations.push_back({.kind = "multiply_add", .cycles = 1});
  arch.units.push_back(unit);
  return arch;
}

}  // namespace

std::optional<Arch> machine_of(const Claim& claim) {
  if (claim.peak_per_s) return peak_arch(*claim.peak_per_s);
  if (claim.arch.empty()) return {};
  return ArchFile::load(claim.arch).with();
}

}  // namespace tilewright
