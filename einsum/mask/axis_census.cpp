#include "einsum/mask/axis_census.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "einsum/mask/block_census.hpp"
#include "einsum/mask/diagonal_census.hpp"

namespace tilewright {

namespace {

constexpr Count most_query_tiles = Count{1} << 27;  // of one axis: 2 GiB of counts
constexpr Count most_kept = Count{1} << 20;         // Q tiles of a census that is kept: 16 MiB

void append(AxisCensus& total, const AxisCensus& group, Count times) {
  total.pairs += times * group.pairs;
  total.visited += times * group.visited;
  total.full += times * group.full;
  total.visited_tokens += times * group.visited_tokens;
  total.fetched_keys += times * group.fetched_keys;
  total.key_tiles += times * group.key_tiles;
  for (Count i = 0; i < times; ++i) {
    stop_if_interrupted();
    total.tiles.insert(total.tiles.end(), group.tiles.begin(), group.tiles.end());
  }
}

// Whether tiles of the last period have grown wide enough to fill KV tiles: before, they do not grow by the drift.
bool all_fill(const AxisCensus& census, Count period) {
  return std::all_of(census.tiles.end() - period, census.tiles.end(),
                     [](const TileCount& count) { return count.full > 0; });
}

// Q tiles that differ from those of a period ago by the drift.
void append_steady(AxisCensus& census, QueryTileWalk& walk, const AxisTiles& tiles, Count more) {
  const Count cut = census.tiles.back().visited * tiles.key_tile - walk.visited_keys();
  const Count drift = walk.drift();
  if (drift > 0 && !all_fill(census, walk.period())) return;
  for (Count i = 0; i < more; ++i) {
    stop_if_interrupted();
    const TileCount before = census.tiles.end()[-walk.period()];
    const TileCount count{before.visited + drift, std::max(before.full + drift, Count{0})};
    census.tiles.push_back(count);
    census.visited += count.visited;
    census.full += count.full;
    census.visited_tokens += tiles.query_tile * (count.visited * tiles.key_tile - cut);
    census.fetched_keys += count.visited * tiles.key_tile - cut;
  }
  census.pairs += walk.skip(more);
}

AxisCensus count(const Relation& relation, const AxisTiles& tiles) {
  const Count query_tiles = ceil_div(relation.extent().queries, tiles.query_tile);
  if (const BlockMap* blocks = relation.blocks(); blocks != nullptr && tiles.key_tiles == KeyTiles::fixed)
    return census_of(*blocks, tiles);
  if (is_along_diagonals(relation) && tiles.key_tiles == KeyTiles::fixed)
    return census_along_diagonals(relation, tiles);
  AxisCensus census;
  census.key_tiles = ceil_div(relation.extent().keys, tiles.key_tile);
  census.tiles.reserve(static_cast<std::size_t>(query_tiles));
  QueryTileWalk walk(relation, tiles);
  while (walk.next()) {
    TileCount count;
    for (const TileRun& run : walk.runs()) {
      count.visited += run.last - run.first;
      if (run.full) count.full += run.last - run.first;
    }
    census.tiles.push_back(count);
    census.pairs += walk.pairs();
    census.visited += count.visited;
    census.full += count.full;
    census.visited_tokens += walk.queries() * walk.visited_keys();
    census.fetched_keys += walk.visited_keys();
    if (const Count more = walk.steady(); more > 0) append_steady(census, walk, tiles, more);
  }
  return census;
}

}  // namespace

std::shared_ptr<const AxisCensus> Relation::census(const AxisTiles& tiles) const {
  return census_.get(tiles, [&] { return count(*this, tiles); });
}

AxisCensus census_of(const Relation& relation, const AxisTiles& tiles) {
  const Count query_tiles = ceil_div(relation.extent().queries, tiles.query_tile);
  if (query_tiles > most_query_tiles)
    throw InputError(fmt::format("{} Q tiles are too many to count; use larger ones", query_tiles));
  return query_tiles > most_kept ? count(relation, tiles) : *relation.census(tiles);
}

AxisCensus census_of(const Axis& axis, const AxisTiles& tiles) {
  if (axis.groups.empty()) return census_of(*axis.relation, tiles);
  AxisCensus total;
  for (const DilationGroup& group : axis.groups) append(total, census_of(*group.relation, tiles), group.times);
  return total;
}

}  // namespace tilewright
