#include "einsum/mask/visited_tiles.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "einsum/mask/expression.hpp"
#include "tests/einsum/mask/brute_force.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

// Where a token is: its tile, row-major, of an axis whose dilation groups follow each other.
Count tile_of(Count token, const Extents& layout, const Extents& tile, const Extents& dilation) {
  Count result = 0;
  Extents at(layout.size());
  for (std::size_t d = layout.size(); d-- > 0; token /= layout[d]) at[d] = token % layout[d];
  for (std::size_t d = 0; d < layout.size(); ++d) {
    Count before = 0;
    Count tiles = 0;
    for (Count group = 0; group < dilation[d]; ++group) {
      const Count tokens = ceil_div(layout[d] - group, dilation[d]);
      if (group < at[d] % dilation[d]) before += ceil_div(tokens, tile[d]);
      tiles += ceil_div(tokens, tile[d]);
    }
    result = result * tiles + before + at[d] / dilation[d] / tile[d];
  }
  return result;
}

std::set<std::pair<Count, Count>> counted(const Mask& mask, const Tiling& tiling, const Extents& dilation) {
  const std::vector<char> pairs = brute_force::pairs_of(mask);
  const Extent extent = mask.layout.flattened();
  std::set<std::pair<Count, Count>> visited;
  for (Count query = 0; query < extent.queries; ++query)
    for (Count key = 0; key < extent.keys; ++key) {
      if (pairs[static_cast<std::size_t>(query * extent.keys + key)] == 0) continue;
      if (tiling.order == TileOrder::flat)
        visited.insert({query / tiling.query_tile_size(), key / tiling.key_tile_size()});
      else
        visited.insert({tile_of(query, mask.layout.queries, tiling.query_tile, dilation),
                        tile_of(key, mask.layout.keys, tiling.key_tile, dilation)});
    }
  return visited;
}

void compare(const std::string& text, const Extents& layout, const Tiling& tiling, Extents dilation = {}) {
  INFO(text << " over " << to_text(layout) << " tiles " << to_text(tiling.query_tile) << " "
            << to_text(tiling.key_tile));
  const Mask mask = mask_of(text, {layout, layout});
  if (dilation.empty()) dilation.assign(layout.size(), 1);
  const VisitedTiles tiles(mask, tiling);
  std::set<std::pair<Count, Count>> visited;
  for (Count q = 0; q < tiles.query_tiles(); ++q) {
    Count before = -1;
    for (const TileInterval& interval : tiles.of(q)) {
      CHECK(interval.first > before);
      before = interval.last;
      for (Count tile = interval.first; tile < interval.last; ++tile) visited.insert({q, tile});
    }
    CHECK(before <= tiles.key_tiles());
  }
  CHECK(visited == counted(mask, tiling, dilation));
  CHECK(tiles.query_tiles() == static_cast<Count>(visits_of(mask, tiling).size()));
  CHECK(tiles.key_tiles() == count_tiles(mask, tiling).key_tiles);
  CHECK(tiles.keys_before(0) == 0);
  CHECK(tiles.keys_before(tiles.key_tiles()) == static_cast<double>(tokens_of(layout)));
}

}  // namespace

TEST_CASE("visited tiles are those that any pair is in") {
  const Tiling line{TileOrder::multi, KeyTiles::fixed, {4}, {3}};
  for (const char* text : {"dense", "causal", "sliding,left=5,right=2", "!causal", "sliding,left=2 >> 7/0",
                           "documents,lengths=5/9/12,causal=1", "causal & !sliding,left=4,right=4"})
    compare(text, {26}, line);
  compare("gna,window=5,dilation=3", {26}, line, {3});
  const Tiling plane{TileOrder::multi, KeyTiles::fixed, {2, 3}, {3, 2}};
  for (const char* text : {"dense", "causal", "gna,window=3x4", "!gna,window=3x4", "sliding,left=9"})
    compare(text, {5, 7}, plane);
  compare("gna,window=3x2,dilation=1x2", {5, 7}, plane, {1, 2});
  const Tiling flat{TileOrder::flat, KeyTiles::fixed, {6}, {4}};
  for (const char* text : {"dense", "causal", "gna,window=3x4", "!gna,window=3x4"}) compare(text, {5, 7}, flat);
}

TEST_CASE("keys before a tile are exact where tiles are runs of keys, else every tile has the mean") {
  const VisitedTiles line(mask_of("dense", {{10}, {10}}), {TileOrder::multi, KeyTiles::fixed, {4}, {4}});
  CHECK(line.keys_before(2) == 8);
  CHECK(line.keys_before(3) == 10);
  const VisitedTiles plane(mask_of("dense", {{4, 5}, {4, 5}}), {TileOrder::multi, KeyTiles::fixed, {2, 2}, {2, 2}});
  CHECK(plane.key_tiles() == 6);
  CHECK(plane.keys_before(3) == 10);
  CHECK(plane.keys_before(6) == 20);
}

TEST_CASE("dynamic KV tiles are taken for those of the grid") {
  const Mask mask = mask_of("sliding,left=5", {{20}, {20}});
  const VisitedTiles tiles(mask, {TileOrder::multi, KeyTiles::dynamic, {4}, {4}});
  REQUIRE(tiles.of(4).size() == 1);
  CHECK(tiles.of(4)[0] == TileInterval{2, 5});
}

}  // namespace tilewright::test::TEST_FILE
