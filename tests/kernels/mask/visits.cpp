#include "kernels/mask/visits.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "kernels/mask/mask_set.hpp"
#include "tests/kernels/mask/random_problem.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

// Index among the tiles of all groups, axis by axis the groups one after another: the order of map_tiles().
Count index_in_map(const TokenGrid& any, int group, const Coordinates& tile) {
  const Coordinates groups = coordinates_of(group, any.dilation);
  const int step[3] = {any.dilation[1] * any.dilation[2], any.dilation[2],
                       1};  // from a group of an axis to the next
  Count index = 0;
  for (int i = 0; i < 3; ++i) {
    Count before = 0;
    Count all = 0;
    for (int g = 0; g < any.dilation[i]; ++g) {
      const int tiles = group_of(any, g * step[i]).tiles[i];
      before += g < groups.at[i] ? tiles : 0;
      all += tiles;
    }
    index = index * all + before + tile.at[i];
  }
  return index;
}

bool has_padding(const TokenGrid& grid, const Coordinates& tile) {
  Coordinates last{};
  for (int i = 0; i < 3; ++i) last.at[i] = grid.tile[i] - 1;
  return !is_real(grid, tile, last);
}

// Compares one Q tile with its row of the map; returns its visits.
int compare(const MaskScene& scene, int q_tile, Count row, const TileMap& map, const Masks& masks, int group) {
  const Visits visits(scene, q_tile);
  KvTile tile = visits.first();
  std::vector<char> visited(static_cast<std::size_t>(map.visited.key_blocks()));
  int before = -1;
  int full = 0;
  for (int i = 0; i < visits.count(); ++i, tile = visits.next(tile)) {
    REQUIRE(tile.visit == i);
    REQUIRE(tile.linear > before);
    before = tile.linear;
    const Coordinates expected = tile_coordinates(scene.keys, tile.linear);
    for (int axis = 0; axis < 3; ++axis) REQUIRE(tile.tile.at[axis] == expected.at[axis]);
    const Count column = index_in_map(masks.keys, group, tile.tile);
    visited.at(static_cast<std::size_t>(column)) = 1;
    REQUIRE(visits.full(tile) == (map.full.test(row, column) && !has_padding(scene.keys, tile.tile)));
    full += visits.full(tile) ? 1 : 0;
  }
  if (visits.all_full() || scene.rule.offsets == nullptr)
    REQUIRE((visits.count() == 0 || visits.all_full() == (full == visits.count())));
  for (Count column = 0; column < map.visited.key_blocks(); ++column)
    REQUIRE((visited[static_cast<std::size_t>(column)] == 1) == map.visited.test(row, column));
  return visits.count();
}

}  // namespace

TEST_CASE("Q tiles visit the tiles of the census, and the full ones without padding are full") {
  Random random(1);
  for (int i = 0; i < 4000; ++i) {
    const RandomProblem drawn = random.problem();
    INFO(drawn.text);
    const Masks masks = make_masks(drawn.problem);
    const TileMap map = map_tiles(drawn.mask, drawn.tiling);
    Count query_tiles = 0;
    Count visits = 0;
    for (int group = 0; group < group_count(masks.queries); ++group) {
      const MaskScene scene = scene_of(masks.queries, masks.keys, masks.set(), 0, group);
      for (int q = 0; q < tile_count(scene.queries); ++q, ++query_tiles) {
        const Count row = index_in_map(masks.queries, group, tile_coordinates(scene.queries, q));
        visits += compare(scene, q, row, map, masks, group);
      }
      REQUIRE(Visits(scene, tile_count(scene.queries)).count() == 0);
    }
    const Census census = count_tiles(drawn.mask, drawn.tiling);
    REQUIRE(query_tiles == census.query_tiles);
    REQUIRE(visits == census.visited);
  }
}

TEST_CASE("causal queries before the first key visit nothing") {
  MaskProblem problem;
  problem.queries = {1, 1, 100};
  problem.keys = {1, 1, 40};
  problem.q_tile = {1, 1, 16};
  problem.kv_tile = {1, 1, 8};
  problem.rules = {{{1, 1, 40}, {1, 1, 1}, {false, false, true}}};
  const Masks masks = make_masks(problem);
  const MaskScene scene = scene_of(masks.queries, masks.keys, masks.set(), 0);
  std::vector<int> counts;
  for (int q = 0; q < 7; ++q) counts.push_back(Visits(scene, q).count());
  CHECK(counts == std::vector<int>{0, 0, 0, 1, 3, 5, 5});  // query 60 stands at position 0
}

TEST_CASE("dense queries may be more than the keys") {
  MaskProblem problem;
  problem.queries = {1, 1, 100};
  problem.keys = {1, 1, 40};
  problem.q_tile = {1, 1, 16};
  problem.kv_tile = {1, 1, 16};
  problem.rules = {{{1, 1, 40}, {1, 1, 1}, {false, false, false}}};
  const Masks masks = make_masks(problem);
  const MaskScene scene = scene_of(masks.queries, masks.keys, masks.set(), 0);
  for (int q = 0; q < 7; ++q) {
    const Visits visits(scene, q);
    REQUIRE(visits.count() == 3);
    const KvTile second = visits.next(visits.first());
    CHECK(visits.full(second));
    CHECK_FALSE(visits.full(visits.next(second)));  // 8 keys and padding
  }
}

TEST_CASE("a list is not read beyond its Q tile") {
  const TokenGrid grid = token_grid({.extent = {1, 1, 64}, .tile = {1, 1, 16}});
  const int offsets[] = {0, 0, 1, 2, 2};
  const int tiles[] = {1, 3, 2};
  const MaskRule rule{{1, 1, 64}, {1, 1, 1}, {false, false, false}, offsets, tiles};
  const MaskScene scene = scene_of(grid, grid, one_mask(rule), 0);
  CHECK(Visits(scene, 0).count() == 0);
  CHECK(Visits(scene, 0).first().linear == 0);
  const Visits visits(scene, 1);
  REQUIRE(visits.count() == 1);
  CHECK(visits.first().linear == 1);
  CHECK(visits.next(visits.first()).linear == 0);
}

}  // namespace tilewright::kernels::TEST_FILE
