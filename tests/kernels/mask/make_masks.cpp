#include "kernels/mask/make_masks.hpp"

#include <catch2/catch.hpp>

#include "kernels/mask/visits.hpp"
#include "tests/kernels/mask/random_problem.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

MaskProblem windowed() {
  MaskProblem problem;
  problem.queries = problem.keys = {1, 24, 40};
  problem.q_tile = problem.kv_tile = {1, 8, 8};
  problem.rules = {{{1, 9, 11}, {1, 2, 4}, {false, false, true}}};
  return problem;
}

template <class Change>
std::string error_of(Change change) {
  MaskProblem problem = windowed();
  change(problem);
  try {
    make_masks(problem);
  } catch (const MaskError& error) {
    return error.what();
  }
  return "no error";
}

// The tiles of the list are those of the box whose blocks are there, in order.
void compare(const Visits& listed, const Visits& boxed, std::vector<bool>::const_iterator blocks) {
  KvTile at = listed.first();
  KvTile expected = boxed.first();
  int seen = 0;
  for (int v = 0; v < boxed.count(); ++v, expected = boxed.next(expected)) {
    if (!blocks[expected.linear]) continue;
    REQUIRE(seen < listed.count());
    REQUIRE(at.linear == expected.linear);
    for (int axis = 0; axis < 3; ++axis) REQUIRE(at.tile.at[axis] == expected.tile.at[axis]);
    REQUIRE(listed.full(at) == boxed.full(expected));
    REQUIRE(at.visit == seen++);
    at = listed.next(at);
  }
  REQUIRE(seen == listed.count());
}

}  // namespace

TEST_CASE("Q tiles visit the blocks that their windows reach") {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    RandomProblem drawn = random.problem();
    MaskProblem& problem = drawn.problem;
    problem.dilation = {1, 1, 1};
    INFO(drawn.text);
    const Masks all = make_masks(problem);
    const int columns = tile_count(all.keys);
    for (int b = 0; b < tile_count(all.queries) * columns; ++b) problem.blocks.push_back(random.coin());
    problem.rules.push_back({{problem.keys[0], problem.keys[1], problem.keys[2]}, {1, 1, 1}, {}});
    problem.rule_of_head = {1, 0};
    const Masks masks = make_masks(problem);
    for (int head = 0; head < 2; ++head) {
      const MaskScene lists = scene_of(masks.queries, masks.keys, masks.set(), head);
      const MaskScene boxes{all.queries, all.keys, problem.rules[head == 0 ? 1 : 0]};
      for (int q = 0; q < tile_count(all.queries); ++q)
        compare(Visits(lists, q), Visits(boxes, q), problem.blocks.begin() + std::ptrdiff_t{q} * columns);
    }
  }
}

TEST_CASE("a mask set points to where its lists were placed") {
  MaskProblem problem = windowed();
  problem.blocks.assign(225, true);
  problem.rule_of_head = {0, 0};
  const Masks masks = make_masks(problem);
  int placed = 0;
  const MaskSet set = masks.set([&](const auto& values) {
    ++placed;
    return values.data();
  });
  CHECK(placed == 3);
  CHECK(set.rules[0].offsets == masks.lists[0].offsets.data());
  CHECK(set.rules[0].tiles == masks.lists[0].tiles.data());
  CHECK(set.rule_of_head == masks.rule_of_head.data());
}

TEST_CASE("what makes no sense is refused") {
  CHECK(error_of([](MaskProblem&) {}) == "no error");
  CHECK(error_of([](MaskProblem& p) { p.rules.clear(); }) == "mask rules: expected 1 to 4, got 0");
  CHECK(error_of([](MaskProblem& p) { p.rules.resize(5, p.rules[0]); }) == "mask rules: expected 1 to 4, got 5");
  CHECK(error_of([](MaskProblem& p) { p.rule_of_head = {0, 1}; }) == "rule of a head: expected 0 to 0, got 1");
  CHECK(error_of([](MaskProblem& p) { p.keys[1] = 0; }) == "keys on axis 2 of 3: expected 1 to 1073741824, got 0");
  CHECK(error_of([](MaskProblem& p) { p.queries[1] = 0; }) ==
        "queries on axis 2 of 3: expected 1 to 1073741824, got 0");
  CHECK(error_of([](MaskProblem& p) { p.q_tile[0] = -1; }) ==
        "Q tile on axis 1 of 3: expected 1 to 1073741824, got -1");
  CHECK(error_of([](MaskProblem& p) { p.kv_tile[2] = 0; }) ==
        "KV tile on axis 3 of 3: expected 1 to 1073741824, got 0");
  CHECK(error_of([](MaskProblem& p) { p.dilation[1] = 25; }) ==
        "dilation on axis 2 of 3: expected 1 to 24 (the keys), got 25");
  CHECK(error_of([](MaskProblem& p) { p.rules[0].window[2] = 41; }) ==
        "window on axis 3 of 3: expected 1 to 40 (the keys of the smallest dilation group), got 41");
  CHECK(error_of([](MaskProblem& p) { p.dilation[2] = 4; }) ==
        "window on axis 3 of 3: expected 1 to 10 (the keys of the smallest dilation group), got 11");
  CHECK(error_of([](MaskProblem& p) { p.rules[0].stride[1] = 10; }) ==
        "stride on axis 2 of 3: expected 1 to 9 (the window), got 10");
  CHECK(error_of([](MaskProblem& p) { p.queries[2] = 41; }) ==
        "queries on axis 3 of 3: expected 1 to 40 (the keys, for a window), got 41");
  CHECK(error_of([](MaskProblem& p) { p.queries[0] = 1 << 30; }) ==
        "queries: expected at most 1073741824 tokens, padded to whole tiles, got more");
  CHECK(error_of([](MaskProblem& p) { p.blocks.resize(224); }) ==
        "blocks: expected one for each of 15 Q tiles by 15 KV tiles, got 224");
  CHECK(error_of([](MaskProblem& p) {
          p.dilation[1] = 2;
          p.blocks.resize(225);
        }) == "blocks: expected none with a dilation");
}

}  // namespace tilewright::kernels::TEST_FILE
