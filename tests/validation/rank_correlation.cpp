#include "validation/rank_correlation.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

namespace tilewright::test::TEST_FILE {

namespace {

using Points = std::vector<std::pair<double, double>>;

}  // namespace

TEST_CASE("the same order is 1, the reverse -1, and one swap of neighbours in between") {
  CHECK(rank_correlation(Points{{1, 10}, {2, 20}, {3, 21}, {4, 1e9}}) == Approx(1));
  CHECK(rank_correlation(Points{{1, 4}, {2, 3}, {3, 2}, {4, 1}}) == Approx(-1));
  CHECK(rank_correlation(Points{{1, 1}, {2, 3}, {3, 2}, {4, 4}}) == Approx(4.0 / 6));  // 5 pairs in order, 1 not
}

TEST_CASE("ties count in neither order") {
  // Pairs: (1,2) tied in the first; (1,3), (2,3) in order. Kendall 1945: 2 / sqrt(2 * 3).
  CHECK(*rank_correlation(Points{{1, 1}, {1, 2}, {2, 3}}) == Approx(2 / std::sqrt(6.0)));
}

TEST_CASE("points that are all equal in one of the two have no order") {
  CHECK_FALSE(rank_correlation(Points{{1, 1}, {1, 2}}));
  CHECK_FALSE(rank_correlation(Points{{1, 1}, {2, 1}}));
  CHECK_FALSE(rank_correlation(Points{{1, 1}}));
  CHECK_FALSE(rank_correlation(Points{}));
}

}  // namespace tilewright::test::TEST_FILE
