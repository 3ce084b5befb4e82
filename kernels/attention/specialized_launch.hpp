// Launches the warp-specialised kernel: the host's side, free of CUDA's headers.
#pragma once

#include "kernels/attention/instances.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/attention/specialized_params.hpp"
#include "kernels/mask/make_masks.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// The instances, which run on sm_90a alone.
inline constexpr Instance specialized_instances[] = {
    {"specialized", 128, 128, 128, "bf16"}, {"specialized", 128, 176, 128, "bf16"},  //
    {"specialized", 128, 64, 128, "bf16"},  {"specialized", 128, 128, 128, "fp16"},  //
    {"specialized", 192, 128, 64, "bf16"},  {"specialized", 128, 128, 64, "bf16"},   //
    {"specialized", 128, 64, 64, "bf16"},   {"specialized", 128, 128, 64, "fp16"},   //
    {"specialized", 128, 128, 128, "fp8"},                                           //
};

/// How many blocks there may be, which stay: one for each multiprocessor of the present device. Throws
/// std::runtime_error when CUDA refuses.
int persistent_blocks();

/// A WorkOrder in the memory of the GPU, for `count` blocks; or, where an item is several Q tiles, for as many
/// clusters of that many blocks.
struct PlacedWork {
  WorkLists lists;
  int count;
  int q_tiles;
};

/// Q tiles of an item, and blocks of a cluster, which bring each other K and V: 2 for heads of 128 of 16-bit
/// numbers, if all Q tiles visit all KV tiles; else 1.
int q_tiles_of_item(const Instance& instance, const Masks& masks);

/// Puts an instance of specialized_instances on the stream and returns. T is the type that the instance's dtype
/// names; `work` has as many Q tiles to an item as q_tiles_of_item() says, or 1. Padding of permuted tokens must
/// hold finite numbers. Throws std::invalid_argument for an instance that is not compiled and for what
/// specialized_params() refuses, std::runtime_error when CUDA refuses.
template <class T>
void launch_specialized(const Instance& instance, const AttentionParams<T>& params, const PlacedWork& work,
                        CUstream_st* stream);

}  // namespace tilewright::kernels
