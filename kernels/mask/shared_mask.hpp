// What the threads of a block share about the mask of one Q tile, in shared memory: in registers it would take some
// thirty of every thread, and every thread would divide for itself.
#pragma once

#include <type_traits>

#include "kernels/device/platform.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/row_bits.hpp"
#include "kernels/mask/token_grid.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {

template <int Rows>
struct SharedMask {
  Visits visits;
  TileBits bits;
  RowWindow rows[Rows];  ///< of the Q tile; empty beyond its size

  /// Thread `thread` of `threads` writes its part; a barrier comes before the first use.
  TILEWRIGHT_HOST_DEVICE constexpr void make(const MaskScene& scene, int q_tile, int thread, int threads) {
    if (thread == 0) {
      visits = Visits(scene, q_tile);
      bits = TileBits::of(scene.keys);
    }
    const bool none = q_tile >= tile_count(scene.queries);
    const Coordinates tile = none ? Coordinates{} : tile_coordinates(scene.queries, q_tile);
    for (int row = thread; row < Rows; row += threads) {
      const bool padding = none || row >= tile_size(scene.queries);
      rows[row] = padding ? RowWindow{} : row_window(scene, tile, row_coordinates(scene.queries, row));
    }
  }

  /// The bits of a row of the Q tile.
  template <int Words>
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr Bits<Words> row(int row, const KvTile& kv_tile) const {
    return row_bits<Words>(rows[row], bits, kv_tile.tile);
  }
};

static_assert(std::is_trivially_copyable_v<SharedMask<1>>);

}  // namespace tilewright::kernels
