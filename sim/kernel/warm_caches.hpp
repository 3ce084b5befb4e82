// What calls find in the memory below the outermost one when the same call, at the same addresses, ran before them:
// as benchmarks do that replay a call without clearing caches.
#pragma once

#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Whether Q, K, V and the output are there: all while they fit. Of more that is read in the same order again and
/// again nothing is left where the line goes that was used longest ago, and measured decodes find nothing either:
/// an L40S reads keys of 1.3 times its L2 at 0.83 of its memory's bandwidth, as it does those of 10 times
/// (validation/published/gpu-serving). False where the memory below is not one.
bool is_warm(const PreparedKernel& prepared);

}  // namespace tilewright
