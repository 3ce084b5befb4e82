// A matrix of 16-bit numbers in shared memory as tensor cores read it: rows of Columns numbers, cut into vectors of
// 16 bytes. Vector v of row r lies at place v ^ (r % 8), so the eight rows of one vector that ldmatrix reads at a
// time, and the vectors of one row that neighbouring threads write, touch every bank once.
#pragma once

#include <cstddef>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

template <int Columns>
struct SharedTile {
  static constexpr int vectors = Columns / 8;  ///< of a row
  static constexpr int row_B = Columns * 2;
  static_assert(vectors % 8 == 0, "the swizzle permutes groups of 8 vectors");

  TILEWRIGHT_HOST_DEVICE static constexpr int bytes(int rows) { return rows * row_B; }

  /// Where vector `vector` of row `row` lies, in bytes.
  TILEWRIGHT_DEVICE static int offset(int row, int vector) { return row * row_B + (vector ^ row % 8) * 16; }

  /// The same for the vector `vectors_on` further on in the row, an even number: `offset` must be that of
  /// vector 0 or 1. One exclusive or, so that loops over columns need no address of their own.
  TILEWRIGHT_DEVICE static int along(int offset, int vectors_on) { return offset ^ vectors_on * 16; }
};

}  // namespace tilewright::kernels
