// Which KV tiles every Q tile visits: as intervals, where the census (einsum/mask/census.hpp) has their number.
#pragma once

#include <span>
#include <vector>

#include "einsum/mask/tiling.hpp"

namespace tilewright {

/// Tiles [first, last).
struct TileInterval {
  Count first;
  Count last;
  bool operator==(const TileInterval&) const = default;
};

/// Q tiles and KV tiles in row-major order, dilation groups one after another, as visits_of() has them. KV tiles
/// are those of the fixed grid; dynamic ones, which begin anywhere, are taken for those of the grid that they
/// touch. Cost: as visits_of(), and an interval for every run of neighbouring KV tiles of a Q tile.
class VisitedTiles {
 public:
  /// Throws InputError where the tiling does not fit the layout.
  VisitedTiles(const Mask& mask, const Tiling& tiling);

  [[nodiscard]] Count query_tiles() const { return static_cast<Count>(ends_.size()); }
  [[nodiscard]] Count key_tiles() const { return key_tiles_; }
  /// Ascending, disjoint, and no two that touch.
  [[nodiscard]] std::span<const TileInterval> of(Count query_tile) const;
  /// The keys before a KV tile: exact where tiles are runs of flattened keys, else every tile has the mean.
  [[nodiscard]] double keys_before(Count key_tile) const;

 private:
  void append(const VisitedTiles& inner, Count query_tile, Count offset);
  void append(TileInterval interval);
  void close() { ends_.push_back(intervals_.size()); }
  void walk_axis(const Relation& relation, Count query_tile, Count key_tile);
  template <class Walk>
  void walk_tiles(Walk walk);
  VisitedTiles() = default;
  static VisitedTiles of_axis(const Axis& axis, Count query_tile, Count key_tile);
  static VisitedTiles product_of(const VisitedTiles& outer, const VisitedTiles& inner);

  std::vector<TileInterval> intervals_;
  std::vector<std::size_t> ends_;  // by Q tile, into intervals_
  Count key_tiles_ = 0;
  double keys_ = 0;
  double tile_keys_ = 0;  // of every tile but the last, where that is known; else the mean
};

}  // namespace tilewright
