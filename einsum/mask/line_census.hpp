// The census of a product mask under tiles that are runs of flattened tokens: all lines of keys that a line of
// queries sees look alike, so pairs are counted for one of them and cut where tiles begin. Cost: lines of queries x
// lines of keys that they see; neither pairs nor the segments of a line.
#pragma once

#include <vector>

#include "einsum/mask/scattered_census.hpp"

namespace tilewright {

class LineWalk {
 public:
  /// Whether it can count this mask under these tiles.
  static bool fits(const Mask& mask, const Tiling& tiling) {
    return tiling.order == TileOrder::flat && tiling.key_tiles == KeyTiles::fixed && mask.is_product() &&
           mask.axes.size() > 1;
  }
  LineWalk(const Mask& mask, const Tiling& tiling);

  /// Steps to the next Q tile; false behind the last one.
  bool next();
  [[nodiscard]] Count queries() const { return last_ - first_; }
  /// In no order.
  [[nodiscard]] const std::vector<VisitedTile>& visited() const { return visited_; }
  [[nodiscard]] Count query_tiles() const { return ceil_div(extent_.queries, query_tile_); }
  [[nodiscard]] Count key_tiles() const { return ceil_div(extent_.keys, key_tile_); }

 private:
  void profile(Count begin, Count end);
  void add_line(Count line);
  void close();

  std::vector<RelationPtr> outer_;
  RelationPtr inner_;
  Extent extent_;
  Count query_tile_;
  Count key_tile_;
  Count first_ = 0;
  Count last_ = 0;
  Bands bands_;
  ByCount<Count> below_;  // by key of a line: pairs of the profiled queries with keys before it
  ByCount<Count> pairs_;  // by KV tile
  std::vector<Count> touched_;
  std::vector<VisitedTile> visited_;
};

}  // namespace tilewright
