// What a kernel's source needs to be compiled twice: by nvcc for a GPU, and by a C++ compiler for the emulator of
// kernels/emulator/.
#pragma once

#include "einsum/mask/neighborhood.hpp"  // TILEWRIGHT_HOST_DEVICE

// TILEWRIGHT_DEVICE: a function of a kernel. TILEWRIGHT_INSTRUCTION: a function of this layer, defined here as PTX
// for a GPU, and in kernels/emulator/ for the host.
#if defined(__CUDACC__)
#define TILEWRIGHT_DEVICE __device__ __forceinline__
#define TILEWRIGHT_INSTRUCTION __device__ __forceinline__
#else
#define TILEWRIGHT_DEVICE inline
#define TILEWRIGHT_INSTRUCTION
#endif

#if defined(__CUDA_ARCH__)
#define TILEWRIGHT_UNROLL _Pragma("unroll")
#else
#define TILEWRIGHT_UNROLL
#endif

namespace tilewright::kernels {

/// An extent in blocks, or the index of a block.
struct Grid {
  int x = 1;
  int y = 1;
  int z = 1;
};

namespace device {

inline constexpr int warp_size = 32;

}  // namespace device

/// Blocks of a cluster of a kernel type (kernels/device/cluster.hpp).
template <class Kernel>
constexpr int cluster_blocks_of() {
  if constexpr (requires { Kernel::cluster_blocks; }) {
    return Kernel::cluster_blocks;
  } else {
    return 1;
  }
}
}  // namespace tilewright::kernels
