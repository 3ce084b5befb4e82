// The part of sim/kernel/prepare.hpp that says how much work there is: enough for a lower bound of the time, and
// without the walk over all blocks that the traffic of the outermost memory takes.
#pragma once

#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// prepare(), but that the outermost memory reads no more than it has to.
PreparedKernel prepare_blocks(const Kernel& kernel, const Cascade& cascade, const Arch& arch, Attention problem,
                              Tiling tiling = {});

}  // namespace tilewright
