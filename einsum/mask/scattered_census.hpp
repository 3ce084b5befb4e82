// The census of a mask over flattened tokens under multi-dimensional tiles: a Q tile is a few runs of flattened
// queries, and their pieces of keys are cut into lines, which fall into tiles.
// Cost: lines of keys, once per Q tile, and the lines that a run of queries sees in part; not pairs.
#pragma once

#include <vector>

#include "einsum/mask/by_count.hpp"
#include "einsum/mask/tiling.hpp"

namespace tilewright {

/// A KV tile that a Q tile visits.
struct VisitedTile {
  Count tile;    ///< by number on the fixed grid, row-major; with dynamic tiles, on the grid of the Q tile
  Count pairs;   ///< of the mask
  Count tokens;  ///< pairs of tokens
};

class ScatteredWalk {
 public:
  ScatteredWalk(const Mask& mask, const Tiling& tiling);

  /// Steps to the next Q tile, row-major; false behind the last one.
  bool next();
  [[nodiscard]] Count queries() const { return queries_; }
  /// In no order.
  [[nodiscard]] const std::vector<VisitedTile>& visited() const { return visited_; }
  [[nodiscard]] Count query_tiles() const { return query_tiles_; }
  [[nodiscard]] Count key_tiles() const { return key_tiles_; }

 private:
  // Tiles of one dimension: tile_of[coordinate], -1 where there is none, and where tiles begin and end.
  struct Grid {
    ByCount<Count> tile_of;
    ByCount<std::pair<Count, Count>> tiles;
  };
  static Grid fixed_grid(Count keys, Count tile);
  static Grid covering_grid(const ByCount<char>& wanted, Count tile);
  void collect_pieces();
  void cover_wanted_keys();
  void count(const Piece& piece);
  void count_line(const Piece& piece, Count line);
  void count_whole_lines();
  void add(Count tile, Count pairs);
  [[nodiscard]] Count line_tile(Count line) const;
  void close();

  RelationPtr relation_;
  Layout layout_;
  Tiling tiling_;
  Count query_tiles_;
  Count key_tiles_;
  Count at_ = 0;  // the next Q tile
  Count queries_ = 0;
  std::vector<Grid> grids_;
  Pieces pieces_;
  ByCount<Count> pairs_;  // by KV tile
  std::vector<Count> touched_;
  ByCount<Count> whole_rows_;  // by line of keys: change of the number of queries that see all of it
  std::vector<VisitedTile> visited_;
};

}  // namespace tilewright
