// Copies tiles of tokens between global memory and registers or shared memory, by all threads of a block: where the
// rows of a tile lie is worked out once per block, in a table in shared memory, because coordinates cost divisions.
#pragma once

#include <cstdint>

#include "kernels/attention/shared_tile.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// Three coordinates below 512 in 10 bits each, so that all three are compared by one subtraction.
struct PackedRow {
  std::uint32_t bits;

  /// The top bit of each field: it survives a subtraction that does not borrow.
  static constexpr std::uint32_t guards = 1u << 29 | 1u << 19 | 1u << 9;

  TILEWRIGHT_HOST_DEVICE static constexpr PackedRow of(int c0, int c1, int c2) {
    return {static_cast<std::uint32_t>(c0 << 20 | c1 << 10 | c2)};
  }

  /// Whether no coordinate is above that of `last`.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool within(PackedRow last) const {
    return (((last.bits | guards) - bits) & guards) == guards;
  }
};

/// Where a tile lies, and which of its rows are tokens.
struct TilePlace {
  int token;       ///< of its first row, from the head's first token
  PackedRow last;  ///< row that is a token, on every axis
  bool whole;      ///< all rows are tokens

  TILEWRIGHT_HOST_DEVICE static constexpr TilePlace of(const TokenGrid& grid, const Coordinates& tile) {
    int last[3] = {};
    bool whole = true;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) {
      const int rows = grid.extent[i] - tile.at[i] * grid.tile[i];
      whole = whole && rows >= grid.tile[i];
      last[i] = (rows < grid.tile[i] ? rows : grid.tile[i]) - 1;
    }
    return {tile_offset(grid, tile), PackedRow::of(last[0], last[1], last[2]), whole};
  }
};

/// Of tiles of `Rows` tokens, rows of HeadDim 16-bit numbers. Threads that follow each other take vectors of 16
/// bytes that follow each other in a row, and what one thread reads of the table lies in one run.
template <int Rows, int HeadDim, int Threads>
class RowTable {
 public:
  using Tile = SharedTile<HeadDim>;

  /// Fills row `row`, by one thread.
  TILEWRIGHT_DEVICE void fill(const TokenGrid& grid, int row) {
    const Coordinates at = row_coordinates(grid, row);
    offset_[place(row)] = row_offset(grid, at);
    row_[place(row)] = PackedRow::of(at.at[0], at.at[1], at.at[2]);
  }

  /// Tokens from a tile's first row to row `row`.
  [[nodiscard]] TILEWRIGHT_DEVICE int offset(int row) const { return offset_[place(row)]; }
  [[nodiscard]] TILEWRIGHT_DEVICE bool real(int row, PackedRow last) const { return row_[place(row)].within(last); }

  /// For each vector of this thread in rows [first_row, first_row + Count): copy(bytes from the start of a
  /// SharedTile that holds these rows, where the vector lies in memory, whether its row is a token). `first_row` is
  /// a multiple of Count; `head`: the head's first token.
  template <int Count, class T, class Copy>
  TILEWRIGHT_DEVICE void each_vector(const T* head, const TilePlace& tile, int first_row, Copy copy) const {
    constexpr int count = Count / rows_at_once;
    const int row = device::thread_index() / Tile::vectors;
    const int vector = device::thread_index() % Tile::vectors;
    const int entry = place(row) + first_row / rows_at_once;
    const std::byte* tile_start = reinterpret_cast<const std::byte*>(head) + std::int64_t{tile.token} * Tile::row_B;
    const int column_B = vector * 16;
    const std::byte* from = tile_start + column_B;
    const PackedRow last = tile.last;
    const bool whole = tile.whole;
    std::uint32_t offset[count];
    read(offset_ + entry, offset);
    const auto each = [&](auto real) {
      TILEWRIGHT_UNROLL
      for (int i = 0; i < count; ++i) {
        copy(Tile::offset(row + i * rows_at_once, vector),
             from + std::int64_t{static_cast<int>(offset[i])} * Tile::row_B, real(i));
      }
    };
    if (whole) {
      each([](int) { return true; });
    } else {
      std::uint32_t coordinates[count];
      read(row_ + entry, coordinates);
      each([&](int i) { return PackedRow{coordinates[i]}.within(last); });
    }
  }

 private:
  static constexpr int rows_at_once = Threads / Tile::vectors;
  static constexpr int rows_of_thread = Rows / rows_at_once;
  static_assert(rows_at_once % 8 == 0, "the rows of a thread are swizzled alike");

  TILEWRIGHT_DEVICE static int place(int row) { return row % rows_at_once * rows_of_thread + row / rows_at_once; }

  template <class Entry, int Count>
  TILEWRIGHT_DEVICE static void read(const Entry* first, std::uint32_t (&entries)[Count]) {
    static_assert(Count % 4 == 0);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Count; i += 4) {
      const device::Vec16 four = device::load16(first + i);
      TILEWRIGHT_UNROLL
      for (int word = 0; word < 4; ++word) entries[i + word] = four.w[word];
    }
  }

  alignas(16) int offset_[Rows];
  alignas(16) PackedRow row_[Rows];
};

}  // namespace tilewright::kernels
