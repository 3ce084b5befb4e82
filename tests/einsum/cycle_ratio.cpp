#include "einsum/cycle_ratio.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("the slowest circle is the one with most time for each round that it reaches back") {
  CHECK(largest_cycle_ratio(1, {{0, 0, 5, 2}}) == Approx(2.5));
  CHECK(largest_cycle_ratio(2, {{0, 1, 3, 0}, {1, 0, 4, 1}, {0, 0, 5, 1}, {1, 1, 6, 1}}) == Approx(7));
  CHECK(largest_cycle_ratio(2, {{0, 1, 3, 0}, {1, 0, 4, 4}, {0, 0, 5, 1}, {1, 1, 6, 1}}) == Approx(6));
  CHECK(largest_cycle_ratio(3, {{0, 1, 3, 0}, {1, 2, 4, -1}, {2, 0, 1, 3}}) == Approx(4));
}

TEST_CASE("without a circle nothing recurs") {
  CHECK(largest_cycle_ratio(2, {}) == 0);
  CHECK(largest_cycle_ratio(2, {{0, 1, 3, 1}}) == 0);
}

}  // namespace tilewright::test::TEST_FILE
