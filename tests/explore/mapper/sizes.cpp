#include "explore/mapper/sizes.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

using Sizes = std::vector<double>;

SizeRule rule(double shape, bool every = false, bool named = false) { return {shape, {6, 100}, every, named}; }

}  // namespace

TEST_CASE("few of many sizes are the ends and some at equal distances between", "[mapper]") {
  CHECK(few_of({1, 2, 4}, 5) == Sizes{1, 2, 4});
  CHECK(few_of({1, 2, 3, 4, 5, 6, 7, 8, 9}, 5) == Sizes{1, 3, 5, 7, 9});
  CHECK(few_of({1, 2, 3, 4, 5, 6, 7, 8}, 5) == Sizes{1, 2, 4, 6, 8});
  CHECK(few_of({1, 2, 3, 4, 5, 6, 7, 8}, 3) == Sizes{1, 4, 8});
}

TEST_CASE("sizes are divisors where these are dense", "[mapper]") {
  CHECK_FALSE(rule(64).uneven());
  CHECK(rule(64).of(64, {}) == Sizes{1, 2, 4, 8, 16, 32, 64});
  CHECK_FALSE(rule(12).uneven());
  CHECK(rule(12).of(12, {}) == Sizes{1, 2, 3, 4, 6, 12});
}

TEST_CASE("between divisors more than twice apart are powers of two and numbers of lanes", "[mapper]") {
  CHECK(rule(10).uneven());
  CHECK(rule(10).of(10, {}) == Sizes{1, 2, 4, 5, 10});
  CHECK(rule(197).of(197, {}) == Sizes{1, 2, 4, 6, 8, 16, 32, 64, 100, 128, 197});
  // 7 and 14 are twice apart; of what is left beside lanes the same rule.
  CHECK(rule(14 * 13).of(14, {}) == Sizes{1, 2, 4, 6, 7, 14});
}

TEST_CASE("every size differs in its number of tiles", "[mapper]") {
  CHECK(rule(12, true).of(12, {}) == Sizes{1, 2, 3, 4, 6, 12});
  CHECK(rule(11, true).of(11, {}) == Sizes{1, 2, 3, 4, 6, 8, 11});
  CHECK(rule(10, true).of(10, {}) == Sizes{1, 2, 3, 4, 5, 10});
}

TEST_CASE("sizes that are demanded are among them", "[mapper]") {
  CHECK(names_remainder({1, 64, {12}}, 64));
  CHECK_FALSE(names_remainder({1, 64, {16, 64, 128}}, 64));
  CHECK(names_remainder({9, 15, {}}, 64));
  CHECK_FALSE(names_remainder({9, 16, {}}, 64));
  CHECK_FALSE(names_remainder({65, 128, {}}, 64));
  CHECK(rule(64, false, true).of(64, {{1, 64, {12, 65}}}) == Sizes{1, 2, 4, 8, 12, 16, 32, 64});
  CHECK(rule(64, false, true).of(64, {{9, 15, {}}}) == Sizes{1, 2, 4, 8, 9, 15, 16, 32, 64});
  CHECK(rule(64, false, true).of(8, {{9, 15, {}}}) == Sizes{1, 2, 4, 8});
}

TEST_CASE("a whole rank has lanes of all sizes, a part of it of its divisors", "[mapper]") {
  CHECK(rule(10).lanes_of(10, {1, 2, 4, 5, 10}, {}) == Sizes{1, 2, 4, 5, 10});
  CHECK(rule(64, false, true).lanes_of(64, {12, 64}, {{1, 64, {24}}}) ==
        Sizes{1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64});
}

}  // namespace tilewright::test::TEST_FILE
