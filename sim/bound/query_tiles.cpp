#include "sim/bound/query_tiles.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "arch/arch.hpp"
#include "einsum/mask/diagonal_census.hpp"
#include "einsum/mask/row_census.hpp"

namespace tilewright {

namespace {

// What is counted in about a second, of all masks together.
constexpr double most_visits = 1 << 26;    // of rows one by one
constexpr Count most_touched = 1 << 28;    // KV tiles, by pieces of 64 rows at once
constexpr Count most_steps = 1 << 23;      // over the intervals of rows
constexpr Count most_key_tiles = 1 << 21;  // as many different counts of visits
constexpr Count most_rows = 1 << 25;       // of 16 B each

// By KV tiles that a row visits by itself, at least, from the most on: how many rows.
using RowCounts = std::map<double, double, std::greater<>>;

// Queries of one head of a mask.
struct Rows {
  bool counted = true;
  RowCounts counts;
  double fetched_keys = 0;  // of all rows together, at least; 0 where not counted row by row
};

bool is_dilated(const Mask& mask) {
  return std::ranges::any_of(mask.axes, [](const Axis& axis) { return !axis.groups.empty(); });
}

bool are_flat(const Mask& mask, const Tiling& tiling) {
  return tiling.order == TileOrder::flat || mask.layout.dimensions() == 1;
}

Rows row_by_row(const Mask& mask, Tiling tiling) {
  for (Count& extent : tiling.query_tile) extent = 1;
  const Census census = count_tiles(mask, tiling);
  Rows rows;
  for (const VisitCount& visit : census.distribution)
    rows.counts[static_cast<double>(visit.visited)] += static_cast<double>(visit.query_tiles);
  rows.fetched_keys = static_cast<double>(census.fetched_keys);
  return rows;
}

Rows rows_of_pieces(const Relation& relation, const Tiling& tiling, Count most) {
  const std::optional<RowCensus> census = count_rows(relation, tiling.key_tile_size(), most);
  Rows rows;
  rows.counted = census.has_value();
  if (!census) return rows;
  for (const VisitCount& visit : census->distribution)
    rows.counts[static_cast<double>(visit.visited)] = static_cast<double>(visit.query_tiles);
  rows.fetched_keys = static_cast<double>(census->fetched_keys);
  return rows;
}

// So many rows at a time, which are alike.
Rows together(const Mask& mask, Tiling tiling, Count at_once) {
  tiling.order = TileOrder::flat;
  tiling.query_tile = {at_once};
  Rows rows;
  Count left = mask.layout.flattened().queries;
  for (const TileCount& tile : visits_of(mask, tiling)) {
    const Count here = std::min(at_once, left);
    rows.counts[static_cast<double>(tile.visited)] += static_cast<double>(here);
    left -= here;
  }
  return rows;
}

// `masks`: that are counted in all.
Rows rows_of(const Mask& mask, const Tiling& tiling, const Census& census, Count masks) {
  if (!are_flat(mask, tiling) || is_dilated(mask)) return row_by_row(mask, tiling);
  if (mask.axes.size() == 1 && mask.axes.front().relation->blocks() != nullptr)
    return together(mask, tiling, mask.axes.front().relation->blocks()->query_block());
  const bool on_grid = tiling.key_tiles == KeyTiles::fixed && mask.axes.size() == 1;
  const Relation& relation = *mask.axes.front().relation;
  const bool few = masks * census.queries <= most_rows;
  if (on_grid && few && is_along_diagonals(relation)) return row_by_row(mask, tiling);
  if (on_grid && has_many_pieces(relation)) return rows_of_pieces(relation, tiling, most_touched / masks);
  const double visits = static_cast<double>(masks * census.queries) * census.mean();
  if (visits <= most_visits) return row_by_row(mask, tiling);
  if (on_grid && few && masks * census.key_tiles <= most_key_tiles &&
      takes_at_most(most_steps / masks, relation, tiling.key_tile_size()))
    return row_by_row(mask, tiling);
  Rows rows;
  rows.counted = false;
  return rows;
}

std::vector<Jobs> jobs_of(const RowCounts& rows, double tile) {
  std::vector<Jobs> jobs;
  double before = 0;  // rows
  for (const auto& [visited, count] : rows) {
    if (visited == 0) break;
    const double begun = std::ceil(before / tile);
    before += count;
    const double tiles = std::ceil(before / tile) - begun;
    if (tiles > 0) jobs.push_back({visited, tiles});
  }
  return jobs;
}

// Of one mask's KV tiles, what they have less than their size: on a grid all together; of those that begin anywhere
// or are gathered only the last one, and, where they are of lines of tokens, any.
double cut_of(const Census& census, const Mask& mask, const Tiling& tiling) {
  const auto size = static_cast<double>(census.key_tile_size);
  if (tiling.key_tiles == KeyTiles::fixed)
    return static_cast<double>(census.key_tiles) * size - static_cast<double>(census.keys);
  const bool packed = tiling.key_tiles == KeyTiles::gathered;
  return packed || (are_flat(mask, tiling) && !is_dilated(mask)) ? size - 1 : unlimited;
}

class Packer {
 public:
  Packer(const Attention& problem, const Tiling& tiling, const std::vector<Census>& censuses)
      : problem_(problem), tiling_(tiling), censuses_(censuses) {}

  std::vector<QueryTiles> pack() {
    std::size_t at = 0;
    for (const Request& request : problem_.requests) {
      pack(request, at);
      at += request.masks.size();
    }
    return std::move(tiles_);
  }

 private:
  // The rows of a KV head, from some heads of each of its masks.
  struct Group {
    double heads = 0;
    bool counted = true;
    RowCounts counts;
    double pairs = 0;
    double fetched_keys = 0;
    double cut = 0;  // keys that any number of different KV tiles have less than their size, at most
  };

  void pack(const Request& request, std::size_t at) {
    Group group;
    for (const HeadMask& mask : request.masks) {
      const Census& census = censuses_[at++];
      const Rows rows = rows_of(mask.mask, tiling_, census, static_cast<Count>(censuses_.size()));
      auto left = static_cast<double>(mask.heads);
      while (left > 0) {
        const bool whole = group.heads == 0 && left >= problem_.group();
        const double times = whole ? std::floor(left / problem_.group()) : 1;
        const double heads = std::min(left / times, problem_.group() - group.heads);
        add(rows, whole ? problem_.group() : heads, mask.mask, census, group);
        left -= whole ? times * problem_.group() : heads;
        if (group.heads < problem_.group()) continue;
        close(group, times * request.times);
        group = {};
      }
    }
  }

  void add(const Rows& rows, double heads, const Mask& mask, const Census& census, Group& group) const {
    group.heads += heads;
    group.counted = group.counted && rows.counted;
    group.pairs += heads * static_cast<double>(census.pairs);
    for (const auto& [visited, count] : rows.counts) group.counts[visited] += heads * count;
    group.fetched_keys += heads * rows.fetched_keys;
    group.cut = std::max(group.cut, cut_of(census, mask, tiling_));
  }

  // A visit serves at most the rows of a Q tile; so the keys that rows fetch by themselves are fetched at least as
  // often as that. Rows that are not counted visit no tile more than their pairs fill, and Q tiles may end
  // anywhere.
  void close(const Group& group, double times) {
    const auto rows = static_cast<double>(tiling_.query_tile_size());
    const auto size = static_cast<double>(tiling_.key_tile_size());
    QueryTiles tiles{times, group.heads, group.counted, {}, 0};
    if (group.counted) {
      tiles.jobs = jobs_of(group.counts, rows);
      tiles.fetched_keys = group.fetched_keys / rows;
    } else {
      tiles.jobs = {{1, std::ceil(group.pairs / (rows * size))}};
      tiles.fetched_keys = group.pairs / rows;
    }
    double keys = 0;
    for (const Jobs& job : tiles.jobs) keys += job.count * std::max(job.length, job.length * size - group.cut);
    tiles.fetched_keys = std::max(tiles.fetched_keys, keys);
    tiles_.push_back(std::move(tiles));
  }

  const Attention& problem_;
  const Tiling& tiling_;
  const std::vector<Census>& censuses_;
  std::vector<QueryTiles> tiles_;
};

QueryTiles of_one_head(const Census& census, double times) {
  QueryTiles tiles{times, 1, true, {}, static_cast<double>(census.fetched_keys)};
  for (const VisitCount& visit : census.distribution)
    if (visit.visited > 0)
      tiles.jobs.push_back({static_cast<double>(visit.visited), static_cast<double>(visit.query_tiles)});
  return tiles;
}

}  // namespace

double QueryTiles::visits() const {
  double sum = 0;
  for (const Jobs& job : jobs) sum += job.length * job.count;
  return sum;
}

std::vector<QueryTiles> least_query_tiles(const Attention& problem, const Tiling& tiling,
                                          const std::vector<Census>& censuses) {
  if (problem.group() > 1) return Packer(problem, tiling, censuses).pack();
  std::vector<QueryTiles> tiles;
  for (const Request& request : problem.requests)
    for (const HeadMask& mask : request.masks)
      tiles.push_back(of_one_head(censuses[tiles.size()], static_cast<double>(mask.heads) * request.times));
  return tiles;
}

}  // namespace tilewright
