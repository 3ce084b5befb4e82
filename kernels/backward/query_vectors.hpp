// The vectors of 8 numbers of a block's Q tile, for the kernels before and after the main one: they take rows of
// queries one by one, and as many at a time as the memory gives.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/block.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/attention/row_table.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// A vector of one query.
struct QueryVector {
  std::int64_t token;    ///< of all heads' tokens
  std::int64_t element;  ///< of all heads' numbers, its first
  bool real;             ///< no padding
};

/// Blocks of 128 threads on attention_grid().
template <class T, int HeadDim, int QTile>
class QueryVectors {
  static constexpr int row_B = SharedTile<HeadDim>::row_B;

 public:
  static constexpr int threads = 128;
  static constexpr int of_row = SharedTile<HeadDim>::vectors;  ///< held by as many lanes that follow each other
  static constexpr int shared_B = 1024;

  /// Calls use(QueryVector) for every vector of this thread; all lanes of a warp call it together.
  template <class Use>
  static TILEWRIGHT_DEVICE void each(const AttentionParams<T>& params, std::byte* shared, Use use) {
    using Table = RowTable<QTile, HeadDim, threads>;
    static_assert(sizeof(Table) <= shared_B && QTile <= threads);
    const MaskScene scene = scene_of_block(params);
    if (q_tile_of_block() >= tile_count(scene.queries)) return;
    auto& table = *reinterpret_cast<Table*>(shared);
    if (device::thread_index() < QTile) table.fill(scene.queries, device::thread_index());
    device::sync_block();
    const TilePlace place = TilePlace::of(scene.queries, tile_coordinates(scene.queries, q_tile_of_block()));
    const std::int64_t first = head_of_block(params).queries;
    table.template each_vector<QTile>(params.q, place, 0, [&](int, const std::byte* at, bool real) {
      const std::int64_t byte = at - reinterpret_cast<const std::byte*>(params.q);
      use(QueryVector{first + byte / row_B, first * HeadDim + byte / 2, real});
    });
  }
};

}  // namespace tilewright::kernels
