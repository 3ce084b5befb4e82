// Shared by the tests: what schedules of a small problem compute and fetch, by a look at every pair.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "tests/sim/bound/problems.hpp"

namespace tilewright::test {

/// Which rows go together into Q tiles: those of the tiling's tiles of one head; or so many at a time of a KV head,
/// by position, head by head, or in any order.
enum class Rows { apart, by_position, by_head, in_any_order };

/// Q tiles of all sequences.
struct BruteForce {
  std::vector<double> visits;             ///< KV tiles of each
  double fetched_keys = 0;                ///< in these
  std::map<Count, double> fetched_units;  ///< of gathered tiles, by their keys
};

/// KV tiles on a fixed grid, or, of flat tiles, from the first key that a Q tile needs.
class Schedules {
 public:
  Schedules(const Posed& problem, RandomProblems& random) : problem_(problem), random_(random) {
    for (const Request& request : problem.requests)
      for (const HeadMask& mask : request.masks) keys_.push_back(keys_of(mask.mask));
  }

  BruteForce run(Rows rows) {
    BruteForce result;
    std::size_t at = 0;
    for (const Request& request : problem_.requests) {
      const std::size_t before = result.visits.size();
      const double fetched = result.fetched_keys;
      const auto units = result.fetched_units;
      const auto group = static_cast<std::size_t>(problem_.group());
      std::vector<std::size_t> masks;  // of every head
      for (std::size_t m = 0; m < request.masks.size(); ++m)
        masks.insert(masks.end(), static_cast<std::size_t>(request.masks[m].heads), m);
      for (std::size_t first = 0; first < masks.size(); first += group)
        run_group(request, at,
                  {masks.begin() + static_cast<long>(first), masks.begin() + static_cast<long>(first + group)},
                  rows, result);
      const std::vector<double> one(result.visits.begin() + static_cast<long>(before), result.visits.end());
      for (double time = 1; time < request.times; ++time)
        result.visits.insert(result.visits.end(), one.begin(), one.end());
      result.fetched_keys = fetched + (result.fetched_keys - fetched) * request.times;
      for (auto& [keys, count] : result.fetched_units) {
        const double earlier = units.contains(keys) ? units.at(keys) : 0;
        count = earlier + (count - earlier) * request.times;
      }
      at += request.masks.size();
    }
    return result;
  }

 private:
  using Keys = std::vector<std::vector<Count>>;  // by query
  struct Row {
    std::size_t mask;  // of the request
    Count query;
  };

  static Keys keys_of(const Mask& mask) {
    const Extent extent = mask.layout.flattened();
    const RelationPtr relation = mask.flattened();
    Keys keys(static_cast<std::size_t>(extent.queries));
    for (Count query = 0; query < extent.queries; ++query)
      for (Count key = 0; key < extent.keys; ++key)
        if (contains(*relation, query, key)) keys[static_cast<std::size_t>(query)].push_back(key);
    return keys;
  }

  void run_group(const Request& request, std::size_t at, const std::vector<std::size_t>& masks, Rows rows,
                 BruteForce& result) {
    const Count queries = request.layout.flattened().queries;
    if (rows == Rows::apart) {
      for (const std::size_t mask : masks) {
        std::map<std::vector<Count>, std::vector<Row>> tiles;
        for (Count query = 0; query < queries; ++query)
          tiles[tile_of(request.masks[mask].mask, request, query, request.layout.queries,
                        problem_.tiling.query_tile)]
              .push_back({mask, query});
        for (const auto& [name, of_tile] : tiles) visit(request, at, of_tile, result);
      }
      return;
    }
    std::vector<Row> all;
    for (const std::size_t mask : masks)
      for (Count query = 0; query < queries; ++query) all.push_back({mask, query});
    if (rows == Rows::by_position) std::ranges::stable_sort(all, {}, &Row::query);
    if (rows == Rows::in_any_order) std::ranges::shuffle(all, random_.generator());
    const auto size = static_cast<std::size_t>(problem_.tiling.query_tile_size());
    for (std::size_t first = 0; first < all.size(); first += size)
      visit(request, at,
            {all.begin() + static_cast<long>(first),
             all.begin() + static_cast<long>(std::min(all.size(), first + size))},
            result);
  }

  void visit(const Request& request, std::size_t at, const std::vector<Row>& rows, BruteForce& result) const {
    std::set<Count> keys;
    for (const Row& row : rows)
      for (const Count key : keys_[at + row.mask][static_cast<std::size_t>(row.query)]) keys.insert(key);
    const Count all = request.layout.flattened().keys;
    if (problem_.tiling.key_tiles == KeyTiles::dynamic) {
      double count = 0;
      for (auto key = keys.begin(); key != keys.end(); ++count) {
        const Count end = *key + problem_.tiling.key_tile_size();
        result.fetched_keys += static_cast<double>(std::min(end, all) - *key);
        key = keys.lower_bound(end);
      }
      result.visits.push_back(count);
      return;
    }
    if (problem_.tiling.key_tiles == KeyTiles::gathered) {
      std::set<Count> units;
      for (const Count key : keys) units.insert(key / problem_.tiling.gather);
      double packed = 0;
      for (const Count unit : units) {
        const Count keys_of_unit = std::min(problem_.tiling.gather, all - unit * problem_.tiling.gather);
        packed += static_cast<double>(keys_of_unit);
        ++result.fetched_units[keys_of_unit];
      }
      result.fetched_keys += packed;
      result.visits.push_back(std::ceil(packed / static_cast<double>(problem_.tiling.key_tile_size())));
      return;
    }
    std::map<std::vector<Count>, double> tiles;  // and their keys; dilation groups are those of the row's mask
    for (const Row& row : rows)
      for (const Count key : keys_[at + row.mask][static_cast<std::size_t>(row.query)]) {
        const Mask& mask = request.masks[row.mask].mask;
        const auto name = tile_of(mask, request, key, request.layout.keys, problem_.tiling.key_tile);
        if (!tiles.contains(name)) tiles[name] = keys_in(request, mask, name);
      }
    for (const auto& [name, keys_of_tile] : tiles) result.fetched_keys += keys_of_tile;
    result.visits.push_back(static_cast<double>(tiles.size()));
  }

  double keys_in(const Request& request, const Mask& mask, const std::vector<Count>& name) const {
    double keys = 0;
    for (Count key = 0; key < request.layout.flattened().keys; ++key)
      keys += tile_of(mask, request, key, request.layout.keys, problem_.tiling.key_tile) == name ? 1 : 0;
    return keys;
  }

  // By dimension, the last one first: the dilation group and the tile in it.
  std::vector<Count> tile_of(const Mask& mask, const Request& request, Count token, const Extents& layout,
                             const Extents& tile) const {
    if (problem_.tiling.order == TileOrder::flat) return {token / tokens_of(tile)};
    std::vector<Count> name;
    for (std::size_t d = layout.size(); d-- > 0; token /= layout[d]) {
      Count groups = 0;
      if (mask.is_product())
        for (const DilationGroup& group : mask.axes[d].groups) groups += group.times;
      groups = std::max(groups, Count{1});
      const Count at = token % layout[d];
      name.push_back((at + request.layout.keys[d] - layout[d]) % groups);
      name.push_back(at / groups / tile[d]);
      name.push_back(groups);
    }
    return name;
  }

  const Posed& problem_;
  RandomProblems& random_;
  std::vector<Keys> keys_;  // by the requests and their masks
};

}  // namespace tilewright::test
