// Which thread of which block runs. Blocks have one dimension of threads.
#pragma once

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// Index within the block.
TILEWRIGHT_INSTRUCTION int thread_index();
/// Index within the warp.
TILEWRIGHT_INSTRUCTION int lane();
/// Index of the warp within the block.
TILEWRIGHT_INSTRUCTION int warp();
TILEWRIGHT_INSTRUCTION Grid block_index();
TILEWRIGHT_INSTRUCTION Grid grid_size();

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION int thread_index() { return static_cast<int>(threadIdx.x); }

TILEWRIGHT_INSTRUCTION int lane() { return static_cast<int>(threadIdx.x % warp_size); }

TILEWRIGHT_INSTRUCTION int warp() { return static_cast<int>(threadIdx.x / warp_size); }

TILEWRIGHT_INSTRUCTION Grid block_index() {
  return {static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y), static_cast<int>(blockIdx.z)};
}

TILEWRIGHT_INSTRUCTION Grid grid_size() {
  return {static_cast<int>(gridDim.x), static_cast<int>(gridDim.y), static_cast<int>(gridDim.z)};
}

#endif

}  // namespace tilewright::kernels::device
