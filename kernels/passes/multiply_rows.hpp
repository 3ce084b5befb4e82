// A matrix product by one warp whose operand B lies in shared memory with a row for every step along the sum, as
// values do in attention.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/warp_product.hpp"

namespace tilewright::kernels {

/// d += A B. `tile`: 16 * Steps rows of 8 * Tiles numbers. get_a(step, a) gives columns 16 * step to 16 * step + 15
/// of A as operands.
template <class T, int Steps, int RowTiles, int Tiles, class GetA>
TILEWRIGHT_DEVICE void multiply_rows(float (&d)[RowTiles][Tiles][4], const GetA& get_a, const std::byte* tile) {
  using Tile = SharedTile<8 * Tiles>;
  // Matrices of one ldmatrix: rows 0-7 and 8-15 of columns 0-7, then of columns 8-15.
  const int first = Tile::offset(device::lane() % 16, device::lane() / 16);
  TILEWRIGHT_UNROLL
  for (int step = 0; step < Steps; ++step) {
    std::uint32_t a[RowTiles][4];
    get_a(step, a);
    TILEWRIGHT_UNROLL
    for (int pair = 0; pair < Tiles / 2; ++pair) {
      std::uint32_t b[4];
      device::ldmatrix_x4_trans(b, tile + Tile::along(first, 2 * pair) + Tile::bytes(16 * step));
      TILEWRIGHT_UNROLL
      for (int i = 0; i < RowTiles; ++i) multiply_pair<T>(d[i], pair, a[i], b);
    }
  }
}

}  // namespace tilewright::kernels
