// How long a pass before or after a kernel takes.
#pragma once

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Without its launch: the longest of its bytes at the outermost memory; all bytes that it moves, and its steps;
/// and its work on units. Bytes are at the share of the rate that it reaches.
double pass_time_s(const PreparedPass& pass, const PreparedKernel& prepared, const KernelParameters& parameters,
                   double clock_Hz);

}  // namespace tilewright
