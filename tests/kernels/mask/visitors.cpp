#include "kernels/mask/visitors.hpp"

#include <catch2/catch.hpp>
#include <cstddef>
#include <vector>

#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/visitor_lists.hpp"
#include "kernels/mask/visits.hpp"
#include "tests/kernels/mask/random_problem.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

/// Of every pair of tiles: 0 where the Q tile does not visit the KV tile, 1 where it does, 2 where it is full, too.
struct Pairs {
  int q_tiles, kv_tiles;
  std::vector<int> of = std::vector<int>(static_cast<std::size_t>(q_tiles) * static_cast<std::size_t>(kv_tiles));
  int& at(int q, int kv) { return of[static_cast<std::size_t>(q * kv_tiles + kv)]; }
};

Pairs by_queries(const MaskScene& scene) {
  Pairs pairs{tile_count(scene.queries), tile_count(scene.keys)};
  for (int q = 0; q < pairs.q_tiles; ++q) {
    const Visits visits(scene, q);
    KvTile tile = visits.first();
    for (int i = 0; i < visits.count(); ++i, tile = visits.next(tile))
      pairs.at(q, tile.linear) = visits.full(tile) ? 2 : 1;
  }
  return pairs;
}

Pairs by_keys(const MaskScene& scene, const VisitorList& list) {
  Pairs pairs{tile_count(scene.queries), tile_count(scene.keys)};
  for (int kv = 0; kv < pairs.kv_tiles; ++kv) {
    const Visitors visitors(scene, list, kv);
    QTile tile = visitors.first();
    int before = -1;
    for (int i = 0; i < visitors.count(); ++i, tile = visitors.next(tile)) {
      REQUIRE(tile.visit == i);
      REQUIRE(tile.linear > before);
      before = tile.linear;
      const Coordinates expected = tile_coordinates(scene.queries, tile.linear);
      for (int axis = 0; axis < 3; ++axis) REQUIRE(tile.tile.at[axis] == expected.at[axis]);
      pairs.at(tile.linear, kv) = visitors.full(tile) ? 2 : 1;
    }
  }
  return pairs;
}

}  // namespace

TEST_CASE("KV tiles are visited by the Q tiles that visit them, and full for the same ones") {
  Random random(2);
  for (int i = 0; i < 4000; ++i) {
    const RandomProblem drawn = random.problem();
    INFO(drawn.text);
    const Masks masks = make_masks(drawn.problem);
    const std::vector<BlockList> by_tile = lists_by_keys(masks);
    const VisitorList list = visitor_lists(by_tile).of_rule[0];
    for (int group = 0; group < group_count(masks.queries); ++group) {
      const MaskScene scene = scene_of(masks.queries, masks.keys, masks.set(), 0, group);
      REQUIRE(by_keys(scene, list).of == by_queries(scene).of);
      REQUIRE(Visitors(scene, list, tile_count(scene.keys)).count() == 0);
    }
  }
}

TEST_CASE("causal queries before the first key visit no KV tile") {
  MaskProblem problem;
  problem.queries = {1, 1, 100};
  problem.keys = {1, 1, 40};
  problem.q_tile = {1, 1, 16};
  problem.kv_tile = {1, 1, 8};
  problem.rules = {{{1, 1, 40}, {1, 1, 1}, {false, false, true}}};
  const Masks masks = make_masks(problem);
  const MaskScene scene = scene_of(masks.queries, masks.keys, masks.set(), 0);
  std::vector<int> first;
  std::vector<int> counts;
  for (int kv = 0; kv < 5; ++kv) {
    first.push_back(Visitors(scene, {}, kv).first().linear);
    counts.push_back(Visitors(scene, {}, kv).count());
  }
  CHECK(first == std::vector<int>{3, 4, 4, 5, 5});  // query 60 stands at position 0
  CHECK(counts == std::vector<int>{4, 3, 3, 2, 2});
}

}  // namespace tilewright::kernels::TEST_FILE
