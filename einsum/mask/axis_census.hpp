// The census of one axis: a relation under tiles that are runs of its queries and keys.
#pragma once

#include <vector>

#include "einsum/mask/axis_tiles.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/mask/piece_census.hpp"

namespace tilewright {

struct AxisCensus {
  Count pairs = 0;
  Count visited = 0;
  Count full = 0;
  Count visited_tokens = 0;
  Count fetched_keys = 0;
  Count key_tiles = 0;
  std::vector<TileCount> tiles;  ///< by Q tile
};

/// Groups of an axis are tiled on their own, one after another.
AxisCensus census_of(const Axis& axis, const AxisTiles& tiles);
/// Where Q tiles are not too many, a relation keeps the census of the tiles that were asked for last: time costs
/// ask for the one that bounds have counted.
AxisCensus census_of(const Relation& relation, const AxisTiles& tiles);

/// Goes through the Q tiles of a relation and says which KV tiles each visits.
class QueryTileWalk {
 public:
  QueryTileWalk(const Relation& relation, const AxisTiles& tiles);

  /// Steps to the next Q tile; false behind the last one.
  bool next();
  [[nodiscard]] Count queries() const { return last_ - first_; }
  [[nodiscard]] Count pairs() const { return pairs_; }
  /// Keys in visited tiles.
  [[nodiscard]] Count visited_keys() const { return visited_keys_; }
  /// Where the Q tile is one segment of one band: how many Q tiles after it are of the same segment, at the same
  /// phase of the grid every `period()` tiles, each period visiting (and filling) `drift()` KV tiles more. Fixed
  /// tiles only; 0 until a whole period has been stepped through.
  [[nodiscard]] Count steady() const;
  [[nodiscard]] Count period() const { return period_; }
  [[nodiscard]] Count drift() const;
  /// Passes over so many of the steady tiles; returns the pairs of the mask in them.
  Count skip(Count tiles);

  /// Ascending, not empty; with dynamic tiles, numbered in the order in which they are covered.
  [[nodiscard]] const std::vector<TileRun>& runs() const { return runs_; }

 private:
  void fetch();
  void collect();
  void count_one(const Piece& piece);
  void count_pieces();
  void count_dynamic();
  void add_to_tiles(const Piece& piece);

  const Relation& relation_;
  AxisTiles tiles_;
  Extent extent_;
  PieceCensus grid_;
  Count period_;        // Q tiles after which the grids of queries and of keys are in phase again
  Count in_phase_ = 0;  // Q tiles of the same single segment so far
  Piece alone_ = {};    // of the last of them
  Count first_ = 0;     // queries of the Q tile
  Count last_ = 0;
  Count fetched_ = 0;     // bands are there for queries before it
  Count chunk_ = 1;       // Q tiles to fetch at once
  std::size_t band_ = 0;  // the first band that may matter
  Bands bands_;
  bool in_pieces_ = false;  // bands are so many that Q tiles are asked for one by one, as pieces
  Pieces pieces_;           // of bands: queries are counted from the first of the band
  std::vector<std::pair<Count, Count>> wanted_;
  ByCount<Count> begins_;   // of dynamic tiles
  ByCount<Count> in_tile_;  // pairs
  std::vector<TileRun> runs_;
  Count pairs_ = 0;
  Count visited_keys_ = 0;
};

}  // namespace tilewright
