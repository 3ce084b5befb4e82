// What the blocks of the passes have in common: which queries of which head they take.
#pragma once

#include <cstdint>

#include "kernels/device/thread.hpp"
#include "kernels/passes/params.hpp"

namespace tilewright::kernels {

/// Grid: x Q tiles, y heads of the batch.
template <class Tiling>
struct PassBlock {
  int first_query, queries;    ///< of the head; of this block
  std::int64_t head, kv_head;  ///< counted over the batch
  int tiles;                   ///< of keys

  TILEWRIGHT_DEVICE explicit PassBlock(const PassesParams<typename Tiling::T>& params)
      : first_query(device::block_index().x * Tiling::q_tile), head(device::block_index().y) {
    const int left = params.queries - first_query;
    queries = left < Tiling::q_tile ? left : Tiling::q_tile;
    kv_head = head / (params.heads / params.kv_heads);
    tiles = (params.keys + Tiling::kv_tile - 1) / Tiling::kv_tile;
  }

  /// First query's row of a tensor with a row for every query of every head.
  [[nodiscard]] TILEWRIGHT_DEVICE std::int64_t first_row(const PassesParams<typename Tiling::T>& params) const {
    return head * params.queries + first_query;
  }

  /// First query's place in maxima or sums, those of two passes by the tile.
  template <Passes Of>
  [[nodiscard]] TILEWRIGHT_DEVICE std::int64_t statistics(const PassesParams<typename Tiling::T>& params,
                                                          int tile) const {
    if (Of == Passes::three) return first_row(params);
    return (head * tiles + tile) * params.queries + first_query;
  }
};

}  // namespace tilewright::kernels
