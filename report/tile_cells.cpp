#include "report/tile_cells.hpp"

#include <fmt/format.h>

#include <map>

namespace tilewright {

namespace {

TileCells cells_for(const CellBox& tiles, const CellBox& most) {
  TileCells cells{tiles, {}, {}, {}};
  for (std::size_t side = 0; side < 3; ++side) {
    cells.step[side] = std::max<Count>(1, ceil_div(tiles[side], most[side]));
    cells.cells[side] = ceil_div(tiles[side], cells.step[side]);
  }
  return cells;
}

TileKind kind_of(const TileMap& map, Count query_tile, Count key_tile) {
  if (!map.visited.test(query_tile, key_tile)) return TileKind::empty;
  return map.full.test(query_tile, key_tile) ? TileKind::full : TileKind::partial;
}

// The kind of every cell, from the kind of every tile.
template <class KindOfTile>
TileCells merged_cells(const CellBox& tiles, const CellBox& most, KindOfTile kind_of_tile) {
  TileCells cells = cells_for(tiles, most);
  cells.kinds.assign(cells.cells[0] * cells.cells[1] * cells.cells[2], TileKind::empty);
  ByCount<bool> seen(cells.kinds.size());
  for (Count slice = 0; slice < tiles[0]; ++slice)
    for (Count row = 0; row < tiles[1]; ++row) {
      const Count line = (slice / cells.step[0] * cells.cells[1] + row / cells.step[1]) * cells.cells[2];
      for (Count column = 0; column < tiles[2]; ++column) {
        const Count cell = line + column / cells.step[2];
        const TileKind kind = kind_of_tile(slice, row, column);
        cells.kinds[cell] = !seen[cell] || cells.kinds[cell] == kind ? kind : TileKind::partial;
        seen[cell] = true;
      }
    }
  return cells;
}

}  // namespace

std::string TileCells::note() const {
  if (!merged()) return "";
  const bool slices = tiles[0] > 1;
  return fmt::format("Each cell stands for {}{}x{} tiles; one of several kinds is partial.",
                     slices ? fmt::format("{}x", step[0]) : "", step[1], step[2]);
}

TileCells map_cells(const TileMap& map, Count most_rows, Count most_columns) {
  return merged_cells({1, map.visited.query_blocks(), map.visited.key_blocks()}, {1, most_rows, most_columns},
                      [&](Count, Count row, Count column) { return kind_of(map, row, column); });
}

TileCells query_tile_cells(const TileMap& map, const TileGrid& grid, const Extents& query_tile,
                           const CellBox& most) {
  const Extents& keys = grid.key_tiles();
  const CellBox tiles = keys.size() == 3 ? CellBox{keys[0], keys[1], keys[2]} : CellBox{1, keys[0], keys[1]};
  return merged_cells(tiles, most, [&, number = grid.number_of(query_tile)](Count slice, Count row, Count column) {
    return kind_of(map, number, (slice * tiles[1] + row) * tiles[2] + column);
  });
}

std::vector<CellRectangle> rectangles_of(const TileCells& cells, Count slice, TileKind kind) {
  std::vector<CellRectangle> rectangles;
  std::map<std::pair<Count, Count>, std::size_t> open;  // by the columns of those that reach the row before
  for (Count row = 0; row < cells.cells[1]; ++row) {
    std::map<std::pair<Count, Count>, std::size_t> reached;
    for (Count left = 0; left < cells.cells[2]; ++left) {
      if (cells.at(slice, row, left) != kind) continue;
      Count right = left + 1;
      while (right < cells.cells[2] && cells.at(slice, row, right) == kind) ++right;
      const auto above = open.find({left, right});
      const std::size_t n = above == open.end() ? rectangles.size() : above->second;
      if (above == open.end()) rectangles.push_back({row, left, row, right});
      rectangles[n].bottom = row + 1;
      reached.emplace(std::pair{left, right}, n);
      left = right;
    }
    open = std::move(reached);
  }
  return rectangles;
}

}  // namespace tilewright
