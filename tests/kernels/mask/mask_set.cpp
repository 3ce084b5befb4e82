#include "kernels/mask/mask_set.hpp"

#include <catch2/catch.hpp>

#include "kernels/mask/visits.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

MaskRule rule_of(const TokenGrid& keys, bool causal) {
  return {{keys.extent[0], keys.extent[1], keys.extent[2]}, {1, 1, 1}, {false, false, causal}};
}

}  // namespace

TEST_CASE("every head has its rule") {
  const TokenGrid grid = token_grid({.extent = {1, 1, 64}, .tile = {1, 1, 16}});
  MaskSet masks = one_mask(rule_of(grid, false));
  masks.rules[1] = rule_of(grid, true);
  const auto visits = [&](int head) { return Visits(scene_of(grid, grid, masks, head), 0).count(); };
  CHECK(visits(5) == 4);
  const std::uint8_t rules[] = {0, 1, 1, 0};
  masks.rule_of_head = rules;
  CHECK(visits(0) == 4);
  CHECK(visits(1) == 1);
  CHECK(visits(2) == 1);
  CHECK(visits(3) == 4);
}

TEST_CASE("a scene is of one group of queries and keys") {
  const TokenGrid grid = token_grid({.extent = {1, 1, 10}, .tile = {1, 1, 2}, .dilation = {1, 1, 4}});
  const MaskSet masks = one_mask({{1, 1, 2}, {1, 1, 1}, {false, false, false}});
  for (int group = 0; group < 4; ++group) {
    const MaskScene scene = scene_of(grid, grid, masks, 0, group);
    CHECK(scene.queries.base == group);
    CHECK(scene.keys.base == group);
    CHECK(scene.keys.extent[2] == (group < 2 ? 3 : 2));
  }
}

}  // namespace tilewright::kernels::TEST_FILE
