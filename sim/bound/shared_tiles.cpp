#include "sim/bound/shared_tiles.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

// Of a KV head with so many query heads, which share so many Q tiles. `grid`: KV tiles are the same for all of
// these.
void share(SharedTiles& shared, const Census& census, double group, double tiles, bool grid) {
  const auto key_tile = static_cast<double>(census.key_tile_size);
  const auto visited = static_cast<double>(census.visited);
  const auto full = static_cast<double>(census.full);
  const auto fetched_keys = static_cast<double>(census.fetched_keys);
  const double in_full_tiles = fetched_keys - static_cast<double>(census.partial()) * key_tile;
  // No visit has room for more pairs than its tiles.
  const double by_pairs =
      group * static_cast<double>(census.pairs) / (static_cast<double>(census.query_tile_size) * key_tile);
  const double once = grid || tiles == 1 ? 1 : 0;
  shared.tiles = tiles;
  shared.longest = tiles == 1 ? visited : full;
  shared.visited = std::max({once * visited, tiles * full, by_pairs});
  shared.fetched_keys = std::max(once * fetched_keys, tiles * in_full_tiles);
}

// Of the heads from one to another.
SharedTiles share_tiles(const Census& census, double head, double end, double group, KeyTiles key_tiles) {
  SharedTiles shared{end - head};
  const double tiles =
      std::ceil(group * static_cast<double>(census.queries) / static_cast<double>(census.query_tile_size));
  if (census.query_tiles == 1 && tiles < group) {
    shared.kv_heads = std::max(0.0, std::floor(end / group) - std::ceil(head / group));
    shared.alone -= shared.kv_heads * group;
  }
  if (shared.kv_heads > 0) share(shared, census, group, tiles, key_tiles == KeyTiles::fixed);
  return shared;
}

}  // namespace

std::vector<SharedTiles> share_tiles(const Attention& problem, const std::vector<Census>& censuses,
                                     KeyTiles key_tiles) {
  std::vector<SharedTiles> all;
  for (const Request& request : problem.requests) {
    double head = 0;
    for (const HeadMask& mask : request.masks) {
      const double end = head + static_cast<double>(mask.heads);
      all.push_back(share_tiles(censuses[all.size()], head, end, problem.group(), key_tiles));
      head = end;
    }
  }
  return all;
}

}  // namespace tilewright
