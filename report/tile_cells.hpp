// Pairs of tiles as the cells of a picture: one each, or merged to fewer where there are more than can be seen.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "einsum/mask/by_count.hpp"
#include "report/tiled_mask.hpp"

namespace tilewright {

enum class TileKind : std::uint8_t { empty, partial, full };

/// Slices, rows, columns.
using CellBox = std::array<Count, 3>;

/// A cell of tiles of different kinds is partial.
struct TileCells {
  CellBox tiles{};
  CellBox step{};   ///< tiles of a cell, per side
  CellBox cells{};  ///< ceil(tiles / step)
  ByCount<TileKind> kinds;

  [[nodiscard]] TileKind at(Count slice, Count row, Count column) const {
    return kinds[(slice * cells[1] + row) * cells[2] + column];
  }
  [[nodiscard]] bool merged() const { return step != CellBox{1, 1, 1}; }
  /// "Each cell stands for 16x16 tiles; one of several kinds is partial."; empty where nothing is merged.
  [[nodiscard]] std::string note() const;
};

/// One slice: Q tiles down, KV tiles across.
TileCells map_cells(const TileMap& map, Count most_rows, Count most_columns);

/// The KV tiles of a Q tile on their grid. Of three dimensions the first is that of slices; of two there is one
/// slice.
TileCells query_tile_cells(const TileMap& map, const TileGrid& grid, const Extents& query_tile,
                           const CellBox& most);

/// Cells [top, bottom) x [left, right) of a slice.
struct CellRectangle {
  Count top;
  Count left;
  Count bottom;
  Count right;
  bool operator==(const CellRectangle&) const = default;
};

/// Covers all cells of a kind, each once: runs of a row, together with equal runs of the rows below.
std::vector<CellRectangle> rectangles_of(const TileCells& cells, Count slice, TileKind kind);

}  // namespace tilewright
