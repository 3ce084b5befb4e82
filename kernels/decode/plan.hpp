// How a decoding problem is launched on a GPU: tiling, splits, blocks and workspace. Plain arithmetic, free of
// CUDA.
#pragma once

#include <cstdint>

#include "kernels/decode/walk.hpp"

namespace tilewright::kernels {

/// The compiled tilings, of 1 and 2 row tiles. 96 KiB of buffers in three stages for every head dimension, so that
/// two blocks share a multiprocessor of an H100 or H200.
template <class T, int D, int RowTiles>
using CompiledDecodeTiling = DecodeTiling<T, D, RowTiles, 2048 / D, 3>;

/// What of a GPU matters here.
struct DecodeDevice {
  int multiprocessors;
  int shared_per_multiprocessor_B;
};

struct DecodeShape {
  int sequences, heads, kv_heads, queries, keys, head_dim;
};

struct DecodePlan {
  int row_tiles;  ///< of an output, 1 or 2
  int outputs;
  int splits;  ///< of split-KV; for stream-K 0
  int blocks;  ///< of stream-K; for split-KV 0
  std::int64_t workspace_B;
  std::int64_t finished_B;  ///< the last bytes of the workspace are counters, and zero before the first launch
};

/// `splits`: 0 to choose as many as finish soonest on the GPU.
DecodePlan plan_split_kv(const DecodeShape& shape, const DecodeDevice& device, int splits);
DecodePlan plan_stream_k(const DecodeShape& shape, const DecodeDevice& device);

}  // namespace tilewright::kernels
