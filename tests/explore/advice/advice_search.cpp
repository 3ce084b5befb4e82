#include "explore/advice/advice_search.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// One dimension, one pair of tiles. choice: window, stride, pairs, shared, visited.
struct Row {
  Count window;
  Count stride;
  Count pairs;
  Count shared;
  Count visited;
};

AxisChoices axis_of(const std::vector<Row>& rows) {
  AxisChoices axis{{}, {{}}};
  for (const Row& row : rows) {
    axis.choices.push_back({row.window, row.stride, row.pairs, row.shared});
    axis.counts[0].push_back({row.visited, 0, 0, 0, 0});
  }
  return axis;
}

std::vector<std::uint32_t> chosen(const Picks& picks) {
  std::vector<std::uint32_t> choices;
  for (const Pick& pick : picks.pareto) choices.push_back(pick.choice[0]);
  return choices;
}

}  // namespace

TEST_CASE("the front leaves out what another candidate beats") {
  const Picks picks = search({axis_of({{4, 1, 100, 100, 20},
                                       {4, 2, 100, 90, 16},
                                       {4, 3, 100, 80, 17},  // beaten by stride 2
                                       {4, 4, 100, 70, 10}})},
                             {{1, {0}}}, 0);
  CHECK(chosen(picks) == std::vector<std::uint32_t>{0, 1, 3});
  CHECK(picks.pareto[1].computed == 16);
  CHECK(picks.pareto[1].difference == 20);
  CHECK(picks.candidates == 4);
  CHECK(picks.best[change_stride].choice[0] == 3);
  CHECK(picks.best[change_tiles].computed == std::numeric_limits<double>::infinity());
}

TEST_CASE("of equal candidates the first stays") {
  const AxisChoices axis = axis_of({{4, 3, 100, 100, 20}, {4, 1, 100, 90, 10}, {4, 2, 100, 90, 10}});
  const Picks picks = search({axis}, {{1, {0}}, {1, {0}}}, 0);
  CHECK(chosen(picks) == std::vector<std::uint32_t>{0, 1});
  CHECK(picks.pareto[1].tiles == 0);
  const AxisChoices windows = axis_of({{4, 1, 100, 100, 20}, {5, 1, 125, 100, 10}, {3, 1, 75, 75, 10}});
  CHECK(chosen(search({windows}, {{1, {0}}}, 0.25)) == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("another window may change the pairs no more than allowed, and a stride as it likes") {
  const AxisChoices axis =
      axis_of({{4, 1, 100, 100, 20}, {4, 2, 50, 50, 18}, {3, 1, 75, 75, 12}, {5, 1, 125, 100, 11}});
  CHECK(chosen(search({axis}, {{1, {0}}}, 0)) == std::vector<std::uint32_t>{0, 1});
  CHECK(chosen(search({axis}, {{1, {0}}}, 0.25)) == std::vector<std::uint32_t>{0, 3});
  // In all dimensions together: 125 of 100 twice is too much, once is not, and up and down is not.
  const Picks both = search({axis, axis}, {{1, {0, 0}}}, 0.25);
  CHECK(both.best[change_window].computed == 11 * 12);
}

TEST_CASE("too many to compare are refused") {
  std::vector<Row> rows;
  for (Count i = 0; i < 50'000; ++i) rows.push_back({4, i + 1, 1 + i, 1, 100});
  CHECK(message_of([&] {
          search({axis_of(rows), axis_of(rows)}, {{1, {0, 0}}}, 0);
        }) == "advice would compare 2.5e+09 masks and tiles; at most 2e+09: allow fewer windows, or fewer tiles");
}

}  // namespace tilewright::test::TEST_FILE
