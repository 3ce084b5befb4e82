// The end of a tensor-core kernel: a warp writes its rows of O and of the log-sum-exp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/row_table.hpp"
#include "kernels/attention/shared_tile.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

/// Rounds accumulators into the warp's part of a SharedTile.
template <class T, int RowTiles, int Tiles>
TILEWRIGHT_DEVICE void store_accumulators(const float (&output)[RowTiles][Tiles][4], std::byte* tile) {
  const int lane = device::lane();
  TILEWRIGHT_UNROLL
  for (int i = 0; i < RowTiles; ++i) {
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      TILEWRIGHT_UNROLL
      for (int j = 0; j < Tiles; ++j) {
        const int offset = SharedTile<8 * Tiles>::offset(16 * i + 8 * half + lane / 4, j) + lane % 4 * 4;
        device::store4(tile + offset, device::pack2<T>(output[i][j][2 * half], output[i][j][2 * half + 1]));
      }
    }
  }
}

/// Copies the warp's `rows` rows, which begin at row `first` of the Q tile, from `tile` to `o`, the head's first
/// token.
template <class T, class Table>
TILEWRIGHT_DEVICE void store_rows(const std::byte* tile, const Table& table, const TilePlace& place, int first,
                                  int rows, T* o) {
  using Tile = typename Table::Tile;
  const int vector = device::lane() % Tile::vectors;
  for (int row = device::lane() / Tile::vectors; row < rows; row += device::warp_size / Tile::vectors) {
    if (!table.real(first + row, place.last)) continue;
    const std::int64_t token = place.token + table.offset(first + row);
    auto* to = reinterpret_cast<std::byte*>(o) + token * Tile::row_B + vector * 16;
    device::store16(to, device::load16(tile + Tile::offset(row, vector)));
  }
}

/// `lse`: the head's first token.
template <int RowTiles, class Weights, class Table>
TILEWRIGHT_DEVICE void store_lse(const Weights& weights, const Table& table, const TilePlace& place, int first,
                                 float* lse) {
  TILEWRIGHT_UNROLL
  for (int i = 0; i < RowTiles; ++i) {
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      const int row = first + 16 * i + 8 * half + device::lane() / 4;
      if (device::lane() % 4 != 0 || !table.real(row, place.last)) continue;
      lse[place.token + table.offset(row)] = weights.lse(i, half);
    }
  }
}

}  // namespace tilewright::kernels
