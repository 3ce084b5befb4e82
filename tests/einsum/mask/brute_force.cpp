#include "tests/einsum/mask/brute_force.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace tilewright::brute_force {

namespace {

using Tokens = std::vector<Count>;

// Tokens of one dimension, in the order in which they are tiled: group after group.
std::vector<Tokens> groups_of(Count length, Count before, Count dilation) {
  std::vector<Tokens> groups(static_cast<std::size_t>(dilation));
  for (Count token = 0; token < length; ++token)
    groups[static_cast<std::size_t>((token + before) % dilation)].push_back(token);
  return groups;
}

struct AxisTile {
  Tokens tokens;
  std::size_t group;
};

std::vector<AxisTile> tiles_of(const std::vector<Tokens>& groups, Count tile) {
  std::vector<AxisTile> tiles;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (std::size_t at = 0; at < groups[g].size(); at += static_cast<std::size_t>(tile)) {
      const std::size_t end = std::min(groups[g].size(), at + static_cast<std::size_t>(tile));
      tiles.push_back({Tokens(groups[g].begin() + static_cast<std::ptrdiff_t>(at),
                              groups[g].begin() + static_cast<std::ptrdiff_t>(end)),
                       g});
    }
  return tiles;
}

std::vector<Tokens> covering_tiles(const Tokens& group, const std::set<Count>& wanted, Count tile) {
  std::vector<Tokens> tiles;
  for (std::size_t at = 0; at < group.size();) {
    if (!wanted.contains(group[at])) {
      ++at;
      continue;
    }
    const std::size_t end = std::min(group.size(), at + static_cast<std::size_t>(tile));
    tiles.emplace_back(group.begin() + static_cast<std::ptrdiff_t>(at),
                       group.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
  return tiles;
}

// Calls what(one choice per dimension), the last dimension fastest.
template <class What>
void for_each(const std::vector<std::size_t>& sizes, What what) {
  std::vector<std::size_t> at(sizes.size(), 0);
  if (std::ranges::find(sizes, std::size_t{0}) != sizes.end()) return;
  while (true) {
    what(at);
    std::size_t d = sizes.size();
    while (d > 0 && ++at[d - 1] == sizes[d - 1]) at[--d] = 0;
    if (d == 0) return;
  }
}

Tokens product_of(const std::vector<const Tokens*>& axes, const Extents& extents) {
  Tokens tokens{0};
  for (std::size_t d = 0; d < axes.size(); ++d) {
    Tokens next;
    for (const Count outer : tokens)
      for (const Count inner : *axes[d]) next.push_back(outer * extents[d] + inner);
    tokens = next;
  }
  return tokens;
}

class Counter {
 public:
  Counter(const std::vector<char>& pairs, Layout layout, Tiling tiling, Extents dilation)
      : pairs_(pairs), layout_(std::move(layout)), tiling_(std::move(tiling)), all_keys_(tokens_of(layout_.keys)) {
    Census& census = counted_.census;
    census.queries = tokens_of(layout_.queries);
    census.keys = all_keys_;
    census.query_tile_size = tiling_.query_tile_size();
    census.key_tile_size = tiling_.key_tile_size();
    census.pairs = std::ranges::count(pairs, 1);
    if (tiling_.order == TileOrder::flat) {
      layout_ = {{census.queries}, {census.keys}};
      tiling_.query_tile = {census.query_tile_size};
      tiling_.key_tile = {census.key_tile_size};
      dilation = {};
    }
    if (dilation.empty()) dilation.assign(layout_.dimensions(), 1);
    census.key_tiles = 1;
    for (std::size_t d = 0; d < layout_.dimensions(); ++d) {
      const Extent extent = layout_.axis(d);
      key_groups_.push_back(groups_of(extent.keys, 0, dilation[d]));
      query_tiles_.push_back(
          tiles_of(groups_of(extent.queries, extent.keys - extent.queries, dilation[d]), tiling_.query_tile[d]));
      census.key_tiles *= static_cast<Count>(tiles_of(key_groups_[d], tiling_.key_tile[d]).size());
    }
  }

  Counted count() {
    std::vector<std::size_t> sizes;
    for (const auto& tiles : query_tiles_) sizes.push_back(tiles.size());
    for_each(sizes, [&](const std::vector<std::size_t>& at) { count_query_tile(at); });
    Census& census = counted_.census;
    census.query_tiles = static_cast<Count>(counted_.tiles.size());
    std::map<Count, Count> distribution;
    for (const TileCount& tile : counted_.tiles) ++distribution[tile.visited];
    for (const auto& [visited, tiles] : distribution) census.distribution.push_back({visited, tiles});
    census.best = distribution.begin()->first;
    census.worst = distribution.rbegin()->first;
    return counted_;
  }

 private:
  [[nodiscard]] bool sees(Count query, Count key) const {
    return pairs_[static_cast<std::size_t>(query * all_keys_ + key)] != 0;
  }

  void count_query_tile(const std::vector<std::size_t>& at) {
    std::vector<const Tokens*> axes;
    for (std::size_t d = 0; d < at.size(); ++d) axes.push_back(&query_tiles_[d][at[d]].tokens);
    const Tokens queries = product_of(axes, layout_.queries);
    if (tiling_.key_tiles == KeyTiles::gathered) return count_gathered(queries);
    std::vector<std::vector<Tokens>> keys;
    std::vector<std::size_t> sizes;
    for (std::size_t d = 0; d < at.size(); ++d) {
      keys.push_back(key_tiles(d, query_tiles_[d][at[d]].group, queries));
      sizes.push_back(keys.back().size());
    }
    TileCount tile;
    for_each(sizes, [&](const std::vector<std::size_t>& k) {
      std::vector<const Tokens*> key_axes;
      for (std::size_t d = 0; d < k.size(); ++d) key_axes.push_back(&keys[d][k[d]]);
      count_pair(queries, product_of(key_axes, layout_.keys), tile);
    });
    counted_.tiles.push_back(tile);
  }

  // Token by token: those of every page in which a query sees any key, packed.
  void count_gathered(const Tokens& queries) {
    std::set<Count> pages;
    for (const Count query : queries)
      for (Count key = 0; key < all_keys_; ++key)
        if (sees(query, key)) pages.insert(key / tiling_.gather);
    Tokens packed;
    for (const Count page : pages)
      for (Count key = page * tiling_.gather; key < std::min((page + 1) * tiling_.gather, all_keys_); ++key)
        packed.push_back(key);
    counted_.census.gathered_units += static_cast<Count>(pages.size());
    TileCount tile;
    const auto size = static_cast<std::size_t>(tiling_.key_tile_size());
    for (std::size_t begin = 0; begin < packed.size(); begin += size) {
      const Tokens keys(packed.begin() + static_cast<std::ptrdiff_t>(begin),
                        packed.begin() + static_cast<std::ptrdiff_t>(std::min(begin + size, packed.size())));
      count_pair(queries, keys, tile, true);
    }
    counted_.tiles.push_back(tile);
  }

  std::vector<Tokens> key_tiles(std::size_t d, std::size_t group, const Tokens& queries) const {
    std::vector<Tokens> tiles;
    if (tiling_.key_tiles == KeyTiles::fixed) {
      for (const AxisTile& tile : tiles_of(key_groups_[d], tiling_.key_tile[d])) tiles.push_back(tile.tokens);
      return tiles;
    }
    Count inner = 1;
    for (std::size_t e = d + 1; e < layout_.dimensions(); ++e) inner *= layout_.keys[e];
    std::set<Count> wanted;
    for (const Count query : queries)
      for (Count key = 0; key < all_keys_; ++key)
        if (sees(query, key)) wanted.insert(key / inner % layout_.keys[d]);
    return covering_tiles(key_groups_[d][group], wanted, tiling_.key_tile[d]);
  }

  void count_pair(const Tokens& queries, const Tokens& keys, TileCount& tile, bool visited = false) {
    Count there = 0;
    for (const Count query : queries)
      for (const Count key : keys) there += sees(query, key) ? 1 : 0;
    if (there == 0 && !visited) return;
    const auto all = static_cast<Count>(queries.size() * keys.size());
    ++tile.visited;
    ++counted_.census.visited;
    counted_.census.visited_tokens += all;
    counted_.census.fetched_keys += static_cast<Count>(keys.size());
    if (there != all) return;
    ++tile.full;
    ++counted_.census.full;
  }

  const std::vector<char>& pairs_;
  Layout layout_;
  Tiling tiling_;
  Count all_keys_;
  std::vector<std::vector<Tokens>> key_groups_;
  std::vector<std::vector<AxisTile>> query_tiles_;
  Counted counted_;
};

}  // namespace

std::vector<char> pairs_of(const Mask& mask) {
  const RelationPtr relation = mask.flattened();
  const Extent extent = relation->extent();
  std::vector<char> pairs;
  for (Count query = 0; query < extent.queries; ++query)
    for (Count key = 0; key < extent.keys; ++key) pairs.push_back(contains(*relation, query, key) ? 1 : 0);
  return pairs;
}

Counted count_tiles(const std::vector<char>& pairs, const Layout& layout, const Tiling& tiling,
                    const Extents& dilation) {
  return Counter(pairs, layout, tiling, dilation).count();
}

}  // namespace tilewright::brute_force
