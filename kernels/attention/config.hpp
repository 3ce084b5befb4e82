// The shape of a tensor-core kernel.
#pragma once

namespace tilewright::kernels {

/// T: bf16 or fp16. Tiles count tokens; every warp owns QTile / Warps rows of Q. `Stages` places in shared memory
/// hold tiles of K and V in turn.
template <class T, int HeadDim, int QTile, int KvTile, int Warps = 4, int Stages = 2>
struct Config {
  using Number = T;
  static constexpr int head_dim = HeadDim;
  static constexpr int q_tile = QTile;
  static constexpr int kv_tile = KvTile;
  static constexpr int threads = 32 * Warps;
  static constexpr int stages = Stages;

  static constexpr int row_tiles = QTile / (16 * Warps);  ///< of a warp

  /// Keys whose scores a warp holds at a time: a KV tile is worked on in chunks, so that scores and output fit into
  /// registers.
  static constexpr int chunk = KvTile * HeadDim <= 8192 ? KvTile : 8192 / HeadDim;
  static constexpr int chunks = KvTile / chunk;

  /// Two blocks of one SM overlap the products of one with the softmax of the other; a warp of fewer rows leaves
  /// room for a third.
  static constexpr int min_blocks = row_tiles > 1 ? 2 : 3;

  /// Registers of a thread for the output, for scores, and for Q as operand; 64 more are for operands and
  /// addresses.
  static constexpr int accumulators = row_tiles * (HeadDim + chunk) / 2;
  static constexpr int query_registers = row_tiles * HeadDim / 4;
  static constexpr bool queries_in_registers = accumulators + query_registers + 64 <= 65536 / threads / min_blocks;

  static_assert(QTile % (16 * Warps) == 0, "a warp owns whole mma tiles of rows");
  static_assert(KvTile % 64 == 0, "row masks are words of 64 keys");
  static_assert(HeadDim % 64 == 0, "rows of shared memory are swizzled by 64 numbers");
  static_assert(QTile <= threads && KvTile <= threads, "tables of rows are filled by one thread a row");
  static_assert(Stages >= 2, "one place is read while another is filled");
};

}  // namespace tilewright::kernels
