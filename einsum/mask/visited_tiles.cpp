#include "einsum/mask/visited_tiles.hpp"

#include <algorithm>

#include "einsum/mask/axis_census.hpp"
#include "einsum/mask/line_census.hpp"
#include "einsum/mask/scattered_census.hpp"

namespace tilewright {

VisitedTiles::VisitedTiles(const Mask& mask, const Tiling& tiling) {
  require_fits(tiling, mask.layout);
  Tiling fixed = tiling;
  fixed.key_tiles = KeyTiles::fixed;
  if (tiling.key_tiles == KeyTiles::gathered && fixed.key_tile.size() == 1) fixed.key_tile = {tiling.gather};
  const bool flat = tiling.order == TileOrder::flat;
  if (LineWalk::fits(mask, fixed)) {
    walk_tiles(LineWalk(mask, fixed));
  } else if (flat) {
    walk_axis(*mask.flattened(), fixed.query_tile_size(), fixed.key_tile_size());
  } else if (!mask.is_product()) {
    walk_tiles(ScatteredWalk(mask, fixed));
  } else {
    *this = of_axis(mask.axes[0], fixed.query_tile[0], fixed.key_tile[0]);
    for (std::size_t d = 1; d < mask.axes.size(); ++d)
      *this = product_of(*this, of_axis(mask.axes[d], fixed.query_tile[d], fixed.key_tile[d]));
  }
  keys_ = static_cast<double>(mask.layout.flattened().keys);
  const bool runs = flat || (mask.axes.size() == 1 && mask.is_product() && mask.axes[0].groups.empty());
  tile_keys_ = runs ? static_cast<double>(fixed.key_tile_size())
                    : keys_ / static_cast<double>(std::max<Count>(1, key_tiles_));
}

std::span<const TileInterval> VisitedTiles::of(Count query_tile) const {
  const auto at = static_cast<std::size_t>(query_tile);
  const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
  return std::span(intervals_).subspan(begin, ends_[at] - begin);
}

double VisitedTiles::keys_before(Count key_tile) const {
  return key_tile == key_tiles_ ? keys_ : static_cast<double>(key_tile) * tile_keys_;
}

void VisitedTiles::append(TileInterval interval) {
  const std::size_t begin = ends_.empty() ? 0 : ends_.back();
  if (intervals_.size() > begin && intervals_.back().last == interval.first) {
    intervals_.back().last = interval.last;
  } else {
    intervals_.push_back(interval);
  }
}

void VisitedTiles::append(const VisitedTiles& inner, Count query_tile, Count offset) {
  for (const TileInterval& interval : inner.of(query_tile))
    append({interval.first + offset, interval.last + offset});
}

void VisitedTiles::walk_axis(const Relation& relation, Count query_tile, Count key_tile) {
  QueryTileWalk walk(relation, {query_tile, key_tile});
  while (walk.next()) {
    for (const TileRun& run : walk.runs()) append({run.first, run.last});
    close();
  }
  key_tiles_ = ceil_div(relation.extent().keys, key_tile);
}

template <class Walk>
void VisitedTiles::walk_tiles(Walk walk) {
  key_tiles_ = walk.key_tiles();
  std::vector<Count> tiles;
  while (walk.next()) {
    tiles.clear();
    for (const VisitedTile& visited : walk.visited()) tiles.push_back(visited.tile);
    std::ranges::sort(tiles);
    for (const Count tile : tiles) append({tile, tile + 1});
    close();
  }
}

VisitedTiles VisitedTiles::of_axis(const Axis& axis, Count query_tile, Count key_tile) {
  VisitedTiles result;
  if (axis.groups.empty()) {
    result.walk_axis(*axis.relation, query_tile, key_tile);
    return result;
  }
  for (const DilationGroup& group : axis.groups) {
    VisitedTiles tiles;
    tiles.walk_axis(*group.relation, query_tile, key_tile);
    for (Count i = 0; i < group.times; ++i) {
      for (Count tile = 0; tile < tiles.query_tiles(); ++tile) {
        result.append(tiles, tile, result.key_tiles_);
        result.close();
      }
      result.key_tiles_ += tiles.key_tiles_;
    }
  }
  return result;
}

VisitedTiles VisitedTiles::product_of(const VisitedTiles& outer, const VisitedTiles& inner) {
  VisitedTiles result;
  result.key_tiles_ = outer.key_tiles_ * inner.key_tiles_;
  for (Count o = 0; o < outer.query_tiles(); ++o)
    for (Count i = 0; i < inner.query_tiles(); ++i) {
      for (const TileInterval& line : outer.of(o))
        for (Count tile = line.first; tile < line.last; ++tile) result.append(inner, i, tile * inner.key_tiles_);
      result.close();
    }
  return result;
}

}  // namespace tilewright
