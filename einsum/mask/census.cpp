#include "einsum/mask/census.hpp"

#include <algorithm>

#include "common/parallel.hpp"

#include "einsum/mask/axis_census.hpp"
#include "einsum/mask/line_census.hpp"
#include "einsum/mask/scattered_census.hpp"

namespace tilewright {

namespace {

// Mask and tiles as products of axes, where both are; else nothing.
struct Axes {
  std::vector<Axis> axes;
  std::vector<AxisTiles> tiles;
};

Axes axes_of(const Mask& mask, const Tiling& tiling) {
  if (tiling.order == TileOrder::flat)
    return {{{mask.flattened()}}, {{tiling.query_tile_size(), tiling.key_tile_size(), tiling.key_tiles}}};
  if (!mask.is_product()) return {};
  Axes result{mask.axes, {}};
  for (std::size_t d = 0; d < mask.axes.size(); ++d)
    result.tiles.push_back({tiling.query_tile[d], tiling.key_tile[d], tiling.key_tiles});
  return result;
}

std::vector<VisitCount> merged(std::vector<VisitCount> counts) {
  if (!std::ranges::is_sorted(counts, {}, &VisitCount::visited))
    std::ranges::sort(counts, {}, &VisitCount::visited);
  std::size_t kept = 0;
  for (const VisitCount& count : counts)
    if (kept > 0 && counts[kept - 1].visited == count.visited) {
      counts[kept - 1].query_tiles += count.query_tiles;
    } else {
      counts[kept++] = count;
    }
  counts.resize(kept);
  return counts;
}

std::vector<VisitCount> distribution_of(const std::vector<TileCount>& tiles) {
  std::vector<VisitCount> counts;
  for (const TileCount& tile : tiles)
    if (!counts.empty() && counts.back().visited == tile.visited) {
      ++counts.back().query_tiles;
    } else {
      counts.push_back({tile.visited, 1});
    }
  return merged(std::move(counts));
}

std::vector<VisitCount> product_of(const std::vector<VisitCount>& a, const std::vector<VisitCount>& b) {
  std::vector<VisitCount> product;
  product.reserve(a.size() * b.size());
  for (const VisitCount& x : a) {
    stop_if_interrupted();
    for (const VisitCount& y : b) product.push_back({x.visited * y.visited, x.query_tiles * y.query_tiles});
  }
  return merged(std::move(product));
}

void count_product(const Axes& axes, Census& census) {
  census.pairs = census.query_tiles = census.key_tiles = 1;
  census.visited = census.full = census.visited_tokens = census.fetched_keys = 1;
  census.distribution = {{1, 1}};
  for (std::size_t d = 0; d < axes.axes.size(); ++d) {
    const AxisCensus axis = census_of(axes.axes[d], axes.tiles[d]);
    census.pairs = checked_product(census.pairs, axis.pairs);
    census.query_tiles = checked_product(census.query_tiles, static_cast<Count>(axis.tiles.size()));
    census.key_tiles = checked_product(census.key_tiles, axis.key_tiles);
    census.visited = checked_product(census.visited, axis.visited);
    census.full = checked_product(census.full, axis.full);
    census.visited_tokens = checked_product(census.visited_tokens, axis.visited_tokens);
    census.fetched_keys = checked_product(census.fetched_keys, axis.fetched_keys);
    census.distribution = product_of(census.distribution, distribution_of(axis.tiles));
  }
}

TileCount count_of(const std::vector<VisitedTile>& visited) {
  const auto full = std::ranges::count_if(visited, [](const VisitedTile& t) { return t.pairs == t.tokens; });
  return {static_cast<Count>(visited.size()), full};
}

template <class Walk>
void count_walk(Walk walk, Census& census) {
  census.query_tiles = walk.query_tiles();
  census.key_tiles = walk.key_tiles();
  std::vector<TileCount> tiles;
  while (walk.next()) {
    tiles.push_back(count_of(walk.visited()));
    census.visited += tiles.back().visited;
    census.full += tiles.back().full;
    for (const VisitedTile& tile : walk.visited()) {
      census.pairs += tile.pairs;
      census.visited_tokens += tile.tokens;
      census.fetched_keys += tile.tokens / walk.queries();
    }
  }
  census.distribution = distribution_of(tiles);
}

template <class Walk>
std::vector<TileCount> visits_of_walk(Walk walk) {
  std::vector<TileCount> tiles;
  while (walk.next()) tiles.push_back(count_of(walk.visited()));
  return tiles;
}

// The tiles of all axes, the last axis fastest.
std::vector<TileCount> product_of(const std::vector<TileCount>& a, const std::vector<TileCount>& b) {
  std::vector<TileCount> product;
  product.reserve(a.size() * b.size());
  for (const TileCount& x : a) {
    stop_if_interrupted();
    for (const TileCount& y : b) product.push_back({x.visited * y.visited, x.full * y.full});
  }
  return product;
}

}  // namespace

double Census::wasted_by_padding() const {
  return static_cast<double>(visited) * static_cast<double>(query_tile_size) * static_cast<double>(key_tile_size) -
         static_cast<double>(visited_tokens);
}

Census count_tiles(const Mask& mask, const Tiling& tiling) {
  require_fits(tiling, mask.layout);
  Census census;
  census.queries = mask.layout.flattened().queries;
  census.keys = mask.layout.flattened().keys;
  census.query_tile_size = tiling.query_tile_size();
  census.key_tile_size = tiling.key_tile_size();
  const Axes axes = axes_of(mask, tiling);
  if (LineWalk::fits(mask, tiling)) {
    count_walk(LineWalk(mask, tiling), census);
  } else if (axes.axes.empty()) {
    count_walk(ScatteredWalk(mask, tiling), census);
  } else {
    count_product(axes, census);
  }
  census.best = census.distribution.front().visited;
  census.worst = census.distribution.back().visited;
  return census;
}

std::vector<TileCount> visits_of(const Mask& mask, const Tiling& tiling) {
  require_fits(tiling, mask.layout);
  if (LineWalk::fits(mask, tiling)) return visits_of_walk(LineWalk(mask, tiling));
  const Axes axes = axes_of(mask, tiling);
  if (axes.axes.empty()) return visits_of_walk(ScatteredWalk(mask, tiling));
  std::vector<TileCount> tiles{{1, 1}};
  for (std::size_t d = 0; d < axes.axes.size(); ++d)
    tiles = product_of(tiles, census_of(axes.axes[d], axes.tiles[d]).tiles);
  return tiles;
}

}  // namespace tilewright
