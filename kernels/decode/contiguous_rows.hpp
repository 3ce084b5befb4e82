// Rows that lie one after another in memory, on their way to a tile in shared memory and back.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/shared_tile.hpp"
#include "kernels/device/copy_async.hpp"
#include "kernels/device/memory.hpp"

namespace tilewright::kernels {

/// What part of a tile of 16-bit numbers is there, in memory.
struct RowSpan {
  std::int64_t stride;  ///< numbers from a row to the next
  int rows, columns;    ///< none where below 1; columns are a multiple of 8
};

/// The calls of a tile's threads: each takes the vectors of 16 bytes of one place in the row.
template <int Rows, int Columns, int Threads, class Action>
TILEWRIGHT_DEVICE void each_vector(int thread, const Action& action) {
  constexpr int vectors = SharedTile<Columns>::vectors;
  static_assert(Rows * vectors % Threads == 0 && Threads % vectors == 0);
  TILEWRIGHT_UNROLL
  for (int i = 0; i < Rows * vectors / Threads; ++i) {
    action(i * (Threads / vectors) + thread / vectors, thread % vectors);
  }
}

/// Starts the copy of `from` into a tile, by Threads threads of which the caller is `thread`. What is not there
/// becomes zeros, and is not read.
template <int Rows, int Columns, int Threads, class T>
TILEWRIGHT_DEVICE void load_rows(std::byte* tile, const T* from, const RowSpan& span, int thread) {
  static_assert(sizeof(T) == 2);
  each_vector<Rows, Columns, Threads>(thread, [&](int row, int vector) {
    const bool there = row < span.rows && vector * 8 < span.columns;
    device::cp_async_16(tile + SharedTile<Columns>::offset(row, vector), from + row * span.stride + vector * 8,
                        there);
  });
}

/// Copies what of a tile is there to `to`.
template <int Rows, int Columns, int Threads, class T>
TILEWRIGHT_DEVICE void write_rows(T* to, const std::byte* tile, const RowSpan& span, int thread) {
  static_assert(sizeof(T) == 2);
  each_vector<Rows, Columns, Threads>(thread, [&](int row, int vector) {
    if (row >= span.rows || vector * 8 >= span.columns) return;
    device::store16(to + row * span.stride + vector * 8,
                    device::load16(tile + SharedTile<Columns>::offset(row, vector)));
  });
}

}  // namespace tilewright::kernels
