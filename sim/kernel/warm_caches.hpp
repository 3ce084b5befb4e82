// What calls find in the memory below the outermost one when the same call, at the same addresses, ran before them:
// as benchmarks do that replay a call without clearing caches.
#pragma once

#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Share of Q, K, V and the output, from 0 to 1. All of them while they fit; of more, what a replacement of lines
/// at random leaves of `footprint_B` that are read in turns: the h with h = exp(-(1 - h) footprint / capacity),
/// since a line survives one of the (1 - h) footprint / line misses of a round with 1 - line / capacity.
double warm_share(double footprint_B, double capacity_B);

/// Of a prepared kernel; 0 where the memory below is not one.
double warm_share(const PreparedKernel& prepared);

}  // namespace tilewright
