// Where the tokens of a head lie in memory, by tile and row within the tile.
//
// Up to three axes; a layout with fewer has extent 1 on the leading ones: {1, 1, N}, {1, H, W}. Tokens, tiles and
// rows within a tile are row-major, the last axis fastest. Memory holds them either in natural order, or permuted:
// every tile contiguous, padded to its full size, so that a kernel copies a tile as one run (Hassani et al.,
// "Generalized Neighborhood Attention", 2025, token permutation).
//
// With dilation d an axis falls into d groups that see nothing of each other: the tokens at positions equal modulo
// d. A grid describes one group; a kernel runs every group of the product of axes as if it were a problem of its
// own. Positions are those of the keys: of fewer queries than keys, queries are the last
// (einsum/mask/relation.hpp).
#pragma once

#include <cstdint>

#include "einsum/mask/neighborhood.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

/// Tokens of a head, padding counted, so that 32 bits hold sums of two such numbers.
inline constexpr int most_tokens = 1 << 30;

struct TokenGrid {
  int extent[3];       ///< tokens of this group
  int tile[3];         ///< tokens of a tile
  int tiles[3];        ///< of this group; the last one of an axis may be cut off by its extent
  int position[3];     ///< of the group's first token, by index within the group of all positions
  int tile_stride[3];  ///< tokens of memory from a tile to the next of an axis
  int row_stride[3];   ///< tokens of memory from a row of a tile to the next of an axis
  int base;            ///< where the group's first token lies
  int memory_tokens;   ///< from a head to the next

  int whole_extent[3];    ///< tokens of all groups
  int whole_position[3];  ///< of the first of all tokens: keys - queries for queries, 0 for keys
  int dilation[3];
  int group_stride[3];  ///< tokens of memory from a group's first token to the next group's
};

/// What a grid is made of. Queries have `position` keys - queries on every axis, keys 0.
struct TokenOrder {
  int extent[3] = {1, 1, 1};
  int tile[3] = {1, 1, 1};
  int dilation[3] = {1, 1, 1};
  int position[3] = {0, 0, 0};
  bool permuted = false;
};

TILEWRIGHT_HOST_DEVICE constexpr int ceil_divide(int a, int b) { return (a + b - 1) / b; }

/// Groups, one after another: the product of the axes.
TILEWRIGHT_HOST_DEVICE constexpr int group_count(const TokenGrid& grid) {
  return grid.dilation[0] * grid.dilation[1] * grid.dilation[2];
}

TILEWRIGHT_HOST_DEVICE constexpr int tile_size(const TokenGrid& grid) {
  return grid.tile[0] * grid.tile[1] * grid.tile[2];
}

/// Tiles of this group.
TILEWRIGHT_HOST_DEVICE constexpr int tile_count(const TokenGrid& grid) {
  return grid.tiles[0] * grid.tiles[1] * grid.tiles[2];
}

/// Tiles of the group that has most of them: what a launch makes blocks for. Blocks of a smaller group beyond its
/// tile_count have nothing to do.
TILEWRIGHT_HOST_DEVICE constexpr int most_tiles(const TokenGrid& grid) {
  int tiles = 1;
  for (int i = 0; i < 3; ++i)
    tiles *= ceil_divide(ceil_divide(grid.whole_extent[i], grid.dilation[i]), grid.tile[i]);
  return tiles;
}

/// The grid of another group of the same tokens, `grid` being that of any group. Group numbers are row-major over
/// position modulo dilation, so that a group of queries sees the group of keys of the same number.
TILEWRIGHT_HOST_DEVICE constexpr TokenGrid group_of(const TokenGrid& grid, int group) {
  TokenGrid of = grid;
  if (group_count(grid) == 1) return of;
  of.base = 0;
  for (int i = 2; i >= 0; --i) {
    const int dilation = grid.dilation[i];
    const int index = group % dilation;
    group /= dilation;
    const int ahead = (index - grid.whole_position[i]) % dilation;
    const int first = ahead < 0 ? ahead + dilation : ahead;  // token of the axis that is the group's first
    of.extent[i] = (grid.whole_extent[i] - first + dilation - 1) / dilation;
    of.tiles[i] = ceil_divide(of.extent[i], grid.tile[i]);
    of.position[i] = (first + grid.whole_position[i] - index) / dilation;
    of.base += first * grid.group_stride[i];
  }
  return of;
}

/// The grid of group 0.
TILEWRIGHT_HOST_DEVICE constexpr TokenGrid token_grid(const TokenOrder& order) {
  TokenGrid grid{};
  int natural = 1;
  int in_tile = 1;
  int of_tiles = order.tile[0] * order.tile[1] * order.tile[2];
  for (int i = 2; i >= 0; --i) {
    grid.whole_extent[i] = grid.extent[i] = order.extent[i];
    grid.whole_position[i] = grid.position[i] = order.position[i];
    grid.dilation[i] = order.dilation[i];
    grid.tile[i] = order.tile[i];
    const int most = ceil_divide(ceil_divide(order.extent[i], order.dilation[i]), order.tile[i]);
    grid.tiles[i] = most;
    grid.row_stride[i] = order.permuted ? in_tile : natural * order.dilation[i];
    grid.tile_stride[i] = order.permuted ? of_tiles : natural * order.dilation[i] * order.tile[i];
    grid.group_stride[i] = natural;
    natural *= order.extent[i];
    in_tile *= order.tile[i];
    of_tiles *= most;
  }
  for (int i = 2; order.permuted && i >= 0; --i) {  // groups one after another, each as large as the largest
    grid.group_stride[i] = of_tiles;
    of_tiles *= order.dilation[i];
  }
  grid.memory_tokens = order.permuted ? of_tiles : natural;
  return group_of(grid, 0);
}

/// Coordinates: of a tile among tiles, or of a row in its tile.
struct Coordinates {
  int at[3];
};

TILEWRIGHT_HOST_DEVICE constexpr Coordinates coordinates_of(int linear, const int (&extent)[3]) {
  const int rest = linear / extent[2];
  const int outer = rest / extent[1];
  return {{outer, rest - outer * extent[1], linear - rest * extent[2]}};
}

/// Divides: call it once per Q tile or row, not in the loop over KV tiles.
TILEWRIGHT_HOST_DEVICE constexpr Coordinates tile_coordinates(const TokenGrid& grid, int tile) {
  return coordinates_of(tile, grid.tiles);
}
TILEWRIGHT_HOST_DEVICE constexpr Coordinates row_coordinates(const TokenGrid& grid, int row) {
  return coordinates_of(row, grid.tile);
}

/// Whether a row of a tile is a token, not padding.
TILEWRIGHT_HOST_DEVICE constexpr bool is_real(const TokenGrid& grid, const Coordinates& tile,
                                              const Coordinates& row) {
  bool real = true;
  TILEWRIGHT_UNROLL
  for (int i = 0; i < 3; ++i) real = real && tile.at[i] * grid.tile[i] + row.at[i] < grid.extent[i];
  return real;
}

/// Where a tile begins in memory; with row_offset(), where a row of it lies. Tokens from the head's first.
TILEWRIGHT_HOST_DEVICE constexpr int tile_offset(const TokenGrid& grid, const Coordinates& tile) {
  return grid.base + tile.at[0] * grid.tile_stride[0] + tile.at[1] * grid.tile_stride[1] +
         tile.at[2] * grid.tile_stride[2];
}
TILEWRIGHT_HOST_DEVICE constexpr int row_offset(const TokenGrid& grid, const Coordinates& row) {
  return row.at[0] * grid.row_stride[0] + row.at[1] * grid.row_stride[1] + row.at[2] * grid.row_stride[2];
}

/// Where a row lies, tokens from the head's first, in 64 bits because elements are counted from it. In natural
/// order padding has no memory: ask is_real() first.
TILEWRIGHT_HOST_DEVICE constexpr std::int64_t token_at(const TokenGrid& grid, const Coordinates& tile,
                                                       const Coordinates& row) {
  return tile_offset(grid, tile) + row_offset(grid, row);
}

}  // namespace tilewright::kernels
