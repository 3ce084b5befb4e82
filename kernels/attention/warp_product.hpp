// The two products of attention by one warp, on tensor cores: scores S = Q K^T and output O += P V, for RowTiles *
// 16 rows of Q. Fragments are those of mma.m16n8k16 (kernels/device/tensor_core.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/shared_tile.hpp"
#include "kernels/device/tensor_core.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

/// A matrix of RowTiles * 16 rows and Columns columns in accumulators. [i][j][2 * h + e] is row 16 * i + g + 8 * h
/// and column 8 * j + c + e, where g = lane / 4 and c = 2 * (lane % 4).
template <int RowTiles, int Columns>
using Accumulators = float[RowTiles][Columns / 8][4];

/// Q of a warp as operand A: kept in registers, or read from shared memory again for every product.
template <int RowTiles, int HeadDim, bool InRegisters>
class QueryOperand {
 public:
  static constexpr int steps = HeadDim / 16;

  /// `tile`: the warp's rows, which must lie there by now.
  TILEWRIGHT_DEVICE explicit QueryOperand(const std::byte* tile)
      : tile_(tile), offset_(SharedTile<HeadDim>::offset(device::lane() % 16, device::lane() / 16)) {
    if constexpr (InRegisters) {
      TILEWRIGHT_UNROLL
      for (int step = 0; step < steps; ++step) load(step, kept_[step]);
    }
  }

  /// Columns 16 * step to 16 * step + 15.
  TILEWRIGHT_DEVICE void get(int step, std::uint32_t (&a)[RowTiles][4]) const {
    if constexpr (InRegisters) {
      TILEWRIGHT_UNROLL
      for (int i = 0; i < RowTiles; ++i) {
        TILEWRIGHT_UNROLL
        for (int part = 0; part < 4; ++part) a[i][part] = kept_[step][i][part];
      }
    } else {
      load(step, a);
    }
  }

 private:
  TILEWRIGHT_DEVICE void load(int step, std::uint32_t (&a)[RowTiles][4]) const {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      const int offset = SharedTile<HeadDim>::along(offset_, 2 * step) + SharedTile<HeadDim>::bytes(16 * i);
      device::ldmatrix_x4(a[i], tile_ + offset);
    }
  }

  const std::byte* tile_;
  int offset_;
  std::uint32_t kept_[InRegisters ? steps : 1][RowTiles][4];
};

/// d[2 * pair] and d[2 * pair + 1] += a * b: operand B for 16 columns, as one ldmatrix gives it.
template <class T, int Tiles>
TILEWRIGHT_DEVICE void multiply_pair(float (&d)[Tiles][4], int pair, const std::uint32_t (&a)[4],
                                     const std::uint32_t (&b)[4]) {
  const std::uint32_t low[2] = {b[0], b[1]};
  const std::uint32_t high[2] = {b[2], b[3]};
  device::mma_m16n8k16<T>(d[2 * pair], a, low);
  device::mma_m16n8k16<T>(d[2 * pair + 1], a, high);
}

/// scores = Q K^T; `keys`: 8 * Tiles rows of K in shared memory.
template <class T, int HeadDim, int RowTiles, int Tiles, bool InRegisters>
TILEWRIGHT_DEVICE void multiply_queries_keys(float (&scores)[RowTiles][Tiles][4],
                                             const QueryOperand<RowTiles, HeadDim, InRegisters>& queries,
                                             const std::byte* keys) {
  using Tile = SharedTile<HeadDim>;
  TILEWRIGHT_UNROLL
  for (int i = 0; i < RowTiles; ++i) {
    TILEWRIGHT_UNROLL
    for (int j = 0; j < Tiles; ++j) {
      TILEWRIGHT_UNROLL
      for (int part = 0; part < 4; ++part) scores[i][j][part] = 0;
    }
  }
  // Matrices of one ldmatrix: columns 0-7 and 8-15 of keys 0-7, then of keys 8-15.
  const int lane = device::lane();
  const int first = Tile::offset(lane % 8 + lane / 16 * 8, lane / 8 % 2);
  TILEWRIGHT_UNROLL
  for (int step = 0; step < HeadDim / 16; ++step) {
    std::uint32_t a[RowTiles][4];
    queries.get(step, a);
    TILEWRIGHT_UNROLL
    for (int pair = 0; pair < Tiles / 2; ++pair) {
      std::uint32_t b[4];
      device::ldmatrix_x4(b, keys + Tile::along(first, 2 * step) + Tile::bytes(16 * pair));
      TILEWRIGHT_UNROLL
      for (int i = 0; i < RowTiles; ++i) multiply_pair<T>(scores[i], pair, a[i], b);
    }
  }
}

/// P of a warp as operand A: [i][step] has columns 16 * step to 16 * step + 15 of rows 16 * i to 16 * i + 15.
template <int RowTiles, int Keys>
using WeightOperand = std::uint32_t[RowTiles][Keys / 16][4];

/// Accumulators become operand A without leaving the thread: columns c, c + 1 of two neighbouring 8-column tiles
/// are its columns c, c + 1, c + 8, c + 9.
template <class T, int RowTiles, int Tiles>
TILEWRIGHT_DEVICE void round_weights(const float (&weights)[RowTiles][Tiles][4],
                                     std::uint32_t (&operand)[RowTiles][Tiles / 2][4]) {
  TILEWRIGHT_UNROLL
  for (int i = 0; i < RowTiles; ++i) {
    TILEWRIGHT_UNROLL
    for (int j = 0; j < Tiles; ++j) {
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        operand[i][j / 2][j % 2 * 2 + half] =
            device::pack2<T>(weights[i][j][2 * half], weights[i][j][2 * half + 1]);
      }
    }
  }
}

/// output += P V for the columns of V from vector `first_vector`, an even number, on; `values`: 16 * Steps rows of
/// V, of Columns numbers, in shared memory.
template <class T, int Columns, int RowTiles, int Steps, int Tiles>
TILEWRIGHT_DEVICE void multiply_weights_columns(float (&output)[RowTiles][Tiles][4],
                                                const std::uint32_t (&weights)[RowTiles][Steps][4],
                                                const std::byte* values, int first_vector) {
  using Tile = SharedTile<Columns>;
  // Matrices of one ldmatrix: keys 0-7 and 8-15 of columns 0-7, then of columns 8-15.
  const int first = Tile::along(Tile::offset(device::lane() % 16, device::lane() / 16), first_vector);
  TILEWRIGHT_UNROLL
  for (int step = 0; step < Steps; ++step) {
    TILEWRIGHT_UNROLL
    for (int pair = 0; pair < Tiles / 2; ++pair) {
      std::uint32_t b[4];
      device::ldmatrix_x4_trans(b, values + Tile::along(first, 2 * pair) + Tile::bytes(16 * step));
      TILEWRIGHT_UNROLL
      for (int i = 0; i < RowTiles; ++i) multiply_pair<T>(output[i], pair, weights[i][step], b);
    }
  }
}

/// output += P V; `values`: 16 * Steps rows of V in shared memory.
template <class T, int RowTiles, int Steps, int Tiles>
TILEWRIGHT_DEVICE void multiply_weights_values(float (&output)[RowTiles][Tiles][4],
                                               const std::uint32_t (&weights)[RowTiles][Steps][4],
                                               const std::byte* values) {
  multiply_weights_columns<T, 8 * Tiles>(output, weights, values, 0);
}

}  // namespace tilewright::kernels
