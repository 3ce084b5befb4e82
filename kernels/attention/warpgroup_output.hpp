// From the accumulators of a warpgroup's product (kernels/device/warpgroup.hpp) to rows of a matrix in global
// memory.
#pragma once

#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

/// Four words of each lane of a quad, transposed: lane i gets word i of every lane.
TILEWRIGHT_DEVICE void transpose_quad(std::uint32_t (&words)[4]) {
  TILEWRIGHT_UNROLL
  for (int bit = 2; bit > 0; bit /= 2) {
    const bool upper = (device::lane() & bit) != 0;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 4; ++i) {
      if ((i & bit) != 0) continue;
      const std::uint32_t sent = upper ? words[i] : words[i | bit];
      const auto got = static_cast<std::uint32_t>(device::shuffle_xor(static_cast<int>(sent), bit));
      words[i] = upper ? got : words[i];
      words[i | bit] = upper ? words[i | bit] : got;
    }
  }
}

/// Rounds one of the two rows that a lane shares with its quad, lane / 4 + 8 * half of the warp's sixteen, times
/// `factor`, and writes it to `row`; nothing where that is nullptr. All lanes of the warp take part.
template <class T, int Count>
TILEWRIGHT_DEVICE void store_row(T* row, const float (&sums)[Count], int half, float factor) {
  constexpr int columns = 2 * Count;
  TILEWRIGHT_UNROLL
  for (int column = 0; column < columns; column += 32) {
    std::uint32_t words[4];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 4; ++i) {
      const int at = column / 2 + 4 * i + 2 * half;
      words[i] = device::pack2<T>(sums[at] * factor, sums[at + 1] * factor);
    }
    transpose_quad(words);
    if (row == nullptr) continue;
    device::store16(row + column + 8 * (device::lane() % 4), {{words[0], words[1], words[2], words[3]}});
  }
}

}  // namespace tilewright::kernels
