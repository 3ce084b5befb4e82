// What holds of every result of a model of kernels, estimate and simulation alike. Builds without NDEBUG check it
// of every record.
#pragma once

#include <string>

#include "arch/arch.hpp"
#include "sim/kernel/result.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// The first of these that a result breaks, in words; empty if it breaks none:
///  - the shares of the time add up to it;
///  - no unit is busy for longer than the time;
///  - no time is below that of a memory's bytes, nor below the bound, where the record has one.
/// The clock of a simulation ticks: a thousandth is rounding.
std::string broken_invariant(const Arch& arch, const KernelResult& result, const Record& record);

}  // namespace tilewright
