// Launches a kernel type on the GPU:
//
//   struct SomeKernel {
//     struct Params {...};                // trivially copyable; pointers are of global memory
//     static constexpr int threads;       // of a block, which has one dimension; a multiple of the warp size
//     static constexpr int shared_B;      // dynamic shared memory of a block, aligned to 1024 B
//     static constexpr int min_blocks;    // that a multiprocessor must be able to hold at a time
//     static constexpr int cluster_blocks;  // optional: blocks along x that run together, at most 8
//     static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared);
//   };
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

/// Throws std::runtime_error with the error's name and text unless `status` is success.
inline void check_cuda(cudaError_t status, const std::string& doing) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(doing + ": " + cudaGetErrorName(status) + ": " + cudaGetErrorString(status));
}

namespace device {

template <class Kernel>
__global__ void __launch_bounds__(Kernel::threads, Kernel::min_blocks)
    entry(const __grid_constant__ typename Kernel::Params params) {
  extern __shared__ __align__(1024) std::byte shared[];
  Kernel::run(params, shared);
}

}  // namespace device

/// Queues the kernel on `stream`; what goes wrong while it runs, a later call reports.
template <class Kernel>
void launch(Grid grid, const typename Kernel::Params& params, cudaStream_t stream) {
  static_assert(std::is_trivially_copyable_v<typename Kernel::Params>,
                "parameters are copied to the device as bytes");
  static_assert(Kernel::threads % device::warp_size == 0);
  constexpr int without_asking_B = 48 << 10;  // CUDA C++ Programming Guide, "Shared Memory" of each architecture
  if constexpr (Kernel::shared_B > without_asking_B) {
    check_cuda(
        cudaFuncSetAttribute(device::entry<Kernel>, cudaFuncAttributeMaxDynamicSharedMemorySize, Kernel::shared_B),
        "reserving " + std::to_string(Kernel::shared_B) + " B of shared memory");
  }
  const dim3 blocks(grid.x, grid.y, grid.z);
  if constexpr (cluster_blocks_of<Kernel>() > 1) {
    cudaLaunchAttribute cluster{};
    cluster.id = cudaLaunchAttributeClusterDimension;
    cluster.val.clusterDim = {cluster_blocks_of<Kernel>(), 1, 1};
    const cudaLaunchConfig_t config{blocks, Kernel::threads, Kernel::shared_B, stream, &cluster, 1};
    check_cuda(cudaLaunchKernelEx(&config, device::entry<Kernel>, params), "launching a kernel of clusters");
  } else {
    device::entry<Kernel><<<blocks, Kernel::threads, Kernel::shared_B, stream>>>(params);
  }
  check_cuda(cudaGetLastError(), "launching a kernel");
}

}  // namespace tilewright::kernels
