// A lower bound of what estimate() says of a kernel, from its work alone.
#pragma once

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Of all orders in which the blocks of what prepare_blocks() has prepared may start.
double least_time_s(const PreparedKernel& prepared, const KernelParameters& parameters);

}  // namespace tilewright
