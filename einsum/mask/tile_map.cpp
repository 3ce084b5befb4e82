#include <fmt/format.h>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "einsum/mask/axis_census.hpp"
#include "einsum/mask/block_census.hpp"
#include "einsum/mask/line_census.hpp"
#include "einsum/mask/scattered_census.hpp"

namespace tilewright {

namespace {

constexpr Count most_bits = Count{1} << 32;

// The KV tiles of every Q tile of an axis, its groups one after another.
struct AxisRuns {
  std::vector<std::vector<TileRun>> query_tiles;
  Count key_tiles = 0;
};

void append(AxisRuns& runs, const Relation& relation, const AxisTiles& tiles) {
  QueryTileWalk walk(relation, tiles);
  while (walk.next()) {
    runs.query_tiles.push_back(walk.runs());
    for (TileRun& run : runs.query_tiles.back()) {
      run.first += runs.key_tiles;
      run.last += runs.key_tiles;
    }
  }
  runs.key_tiles += ceil_div(relation.extent().keys, tiles.key_tile);
}

AxisRuns runs_of(const Axis& axis, const AxisTiles& tiles) {
  AxisRuns runs;
  if (axis.groups.empty()) append(runs, *axis.relation, tiles);
  for (const DilationGroup& group : axis.groups)
    for (Count i = 0; i < group.times; ++i) append(runs, *group.relation, tiles);
  return runs;
}

TileMap empty_map(Count query_tiles, Count key_tiles) {
  if (checked_product(query_tiles, key_tiles) > most_bits)
    throw InputError(fmt::format("a map of {} x {} tiles is too large; use larger tiles", query_tiles, key_tiles));
  return {BlockMap({query_tiles, key_tiles}, 1, 1), BlockMap({query_tiles, key_tiles}, 1, 1)};
}

// Draws the rows of a product, one dimension inside the other.
class ProductMap {
 public:
  explicit ProductMap(std::vector<AxisRuns> axes) : axes_(std::move(axes)), map_(make_empty()) {}

  TileMap draw() {
    for (Count row = 0; row < map_.visited.query_blocks(); ++row) {
      stop_if_interrupted();
      tile_.assign(axes_.size(), 0);
      for (std::size_t d = axes_.size(), rest = static_cast<std::size_t>(row); d-- > 0;) {
        tile_[d] = rest % axes_[d].query_tiles.size();
        rest /= axes_[d].query_tiles.size();
      }
      add(row, 0, 0, true);
    }
    return std::move(map_);
  }

 private:
  [[nodiscard]] TileMap make_empty() const {
    Count query_tiles = 1;
    Count key_tiles = 1;
    for (const AxisRuns& axis : axes_) {
      query_tiles = checked_product(query_tiles, static_cast<Count>(axis.query_tiles.size()));
      key_tiles = checked_product(key_tiles, axis.key_tiles);
    }
    return empty_map(query_tiles, key_tiles);
  }

  void add(Count row, std::size_t d, Count column, bool full) {
    const Count base = column * axes_[d].key_tiles;
    for (const TileRun& run : axes_[d].query_tiles[tile_[d]]) {
      const bool all = full && run.full;
      if (d + 1 < axes_.size()) {
        for (Count tile = run.first; tile < run.last; ++tile) add(row, d + 1, base + tile, all);
        continue;
      }
      map_.visited.set_run(row, base + run.first, base + run.last);
      if (all) map_.full.set_run(row, base + run.first, base + run.last);
    }
  }

  std::vector<AxisRuns> axes_;
  TileMap map_;
  std::vector<std::size_t> tile_;
};

template <class Walk>
TileMap map_of_walk(Walk walk) {
  TileMap map = empty_map(walk.query_tiles(), walk.key_tiles());
  for (Count row = 0; walk.next(); ++row)
    for (const VisitedTile& tile : walk.visited()) {
      map.visited.set(row, tile.tile);
      if (tile.pairs == tile.tokens) map.full.set(row, tile.tile);
    }
  return map;
}

}  // namespace

TileMap map_tiles(const Mask& mask, const Tiling& tiling) {
  require_fits(tiling, mask.layout);
  if (tiling.key_tiles == KeyTiles::dynamic)
    throw InputError("dynamic KV tiles have no common grid to draw; use static ones");
  if (tiling.order == TileOrder::multi && !mask.is_product()) return map_of_walk(ScatteredWalk(mask, tiling));
  if (LineWalk::fits(mask, tiling)) return map_of_walk(LineWalk(mask, tiling));
  std::vector<AxisRuns> axes;
  if (tiling.order == TileOrder::flat) {
    const RelationPtr flat = mask.flattened();
    const AxisTiles tiles{tiling.query_tile_size(), tiling.key_tile_size()};
    if (flat->blocks() != nullptr) return map_tiles(*flat->blocks(), tiles);
    axes.push_back(runs_of({flat}, tiles));
  } else {
    for (std::size_t d = 0; d < mask.axes.size(); ++d)
      axes.push_back(runs_of(mask.axes[d], {tiling.query_tile[d], tiling.key_tile[d]}));
  }
  return ProductMap(std::move(axes)).draw();
}

}  // namespace tilewright
