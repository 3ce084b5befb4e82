// The census of gathered KV tiles: the keys that a Q tile needs, of any of its queries, are packed one after
// another, and packed keys are cut into tiles. Cost: pieces of the Q tile, and its tiles.
#pragma once

#include "einsum/mask/census.hpp"
#include "einsum/mask/piece_census.hpp"

namespace tilewright {

class GatheredWalk {
 public:
  /// Throws InputError for dilated dimensions under multi-dimensional tiles, whose groups would be permuted.
  GatheredWalk(const Mask& mask, const Tiling& tiling);

  /// Steps to the next Q tile, row-major; false behind the last one.
  bool next();
  [[nodiscard]] Count queries() const { return queries_; }
  [[nodiscard]] Count pairs() const { return census_.pairs(); }
  [[nodiscard]] TileCount tiles() const;
  /// Packed keys, those of a unit that no query needs too.
  [[nodiscard]] Count keys() const { return keys_; }
  [[nodiscard]] Count units() const { return units_; }
  [[nodiscard]] Count query_tiles() const { return query_tiles_; }
  /// Of the fixed grid.
  [[nodiscard]] Count key_tiles() const { return key_tiles_; }

 private:
  // Keys [first, last), which are packed from `at` on.
  struct Packed {
    Count first;
    Count last;
    Count at;
  };
  void collect();
  void pack();

  RelationPtr relation_;
  Extent extent_;
  Extents queries_of_layout_;
  Extents query_tile_;
  Count key_tile_;
  Count unit_;
  Count query_tiles_;
  Count key_tiles_;
  Count at_ = 0;  // the next Q tile
  Count queries_ = 0;
  Count keys_ = 0;
  Count units_ = 0;
  Pieces pieces_;
  std::vector<Packed> packed_;
  PieceCensus census_;
};

}  // namespace tilewright
