// Copies of boxes of a tensor of up to five axes from global to shared memory by the copy engine (PTX ISA,
// "cp.async.bulk.tensor"; CUDA Driver API, "Tensor Map Object Management").
//
// A box lands densely, its first axis fastest. That axis is 128 bytes long, and the 16-byte pieces of such a row
// are permuted: bits 4 to 6 of the shared address are xor-ed with bits 7 to 9 (CU_TENSOR_MAP_SWIZZLE_128B), as
// warpgroup products read it; so a box starts at a multiple of 1024 bytes. Elements outside the tensor arrive as
// zeros, and count as bytes all the same.
#pragma once

#include "kernels/device/mbarrier.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/tensor_shape.hpp"
#if defined(__CUDACC__)
#include <cuda.h>
#endif

namespace tilewright::kernels::device {

/// What the copy engine knows of a tensor. Kernels take it by value within their parameters.
#if defined(__CUDACC__)
struct TensorMap {
  CUtensorMap map;
};
#else
struct TensorMap {
  TensorShape shape;
};
#endif

/// Called by the host. Throws std::invalid_argument for a shape that the copy engine does not take, and
/// std::runtime_error where the driver cannot make the map.
TensorMap make_tensor_map(const TensorShape& shape);

/// Starts the copy of the box at `coordinates`, in elements, to shared memory; the barrier's present phase is told
/// of its bytes when they have arrived. One thread calls it.
TILEWRIGHT_INSTRUCTION void tensor_copy_5d(void* shared, const TensorMap* map, MBarrier* barrier,
                                           const int (&coordinates)[tensor_axes]);

/// Brings the map itself closer, before its first use.
TILEWRIGHT_INSTRUCTION void prefetch_tensor_map(const TensorMap* map);

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION void tensor_copy_5d(void* shared, const TensorMap* map, MBarrier* barrier,
                                           const int (&coordinates)[tensor_axes]) {
  asm volatile(
      "cp.async.bulk.tensor.5d.shared::cluster.global.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%3, %4, %5, %6, %7}], [%2];" ::"r"(shared_address(shared)),
      "l"(&map->map), "r"(shared_address(barrier)), "r"(coordinates[0]), "r"(coordinates[1]), "r"(coordinates[2]),
      "r"(coordinates[3]), "r"(coordinates[4])
      : "memory");
}

TILEWRIGHT_INSTRUCTION void prefetch_tensor_map(const TensorMap* map) {
  asm volatile("prefetch.tensormap [%0];" ::"l"(&map->map) : "memory");
}

#endif

}  // namespace tilewright::kernels::device
