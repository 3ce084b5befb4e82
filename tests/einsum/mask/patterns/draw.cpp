#include "einsum/mask/patterns/draw.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

namespace tilewright::test::TEST_FILE {

TEST_CASE("draw: so many different numbers, ascending", "[mask]") {
  for (Count seed = 0; seed < 300; ++seed)
    for (const Count among : {0, 1, 2, 7, 40})
      for (const Count count : {0, 1, 3, 7, 39, 60}) {
        const std::vector<Count> drawn = draw({seed, among}, count, among);
        REQUIRE(drawn.size() == static_cast<std::size_t>(std::min(count, among)));
        REQUIRE(std::ranges::adjacent_find(drawn, std::greater_equal<>()) == drawn.end());
        REQUIRE((drawn.empty() || (drawn.front() >= 0 && drawn.back() < among)));
      }
  CHECK(draw({1}, 3, -5).empty());
}

TEST_CASE("draw: many numbers, which a map holds", "[mask]") {
  const std::vector<Count> all = draw({5}, 3000, 3000);
  REQUIRE(all.size() == 3000);
  CHECK((all.front() == 0 && all.back() == 2999));
  for (const Count count : {511, 512, 513, 514, 1500, 2999}) {
    const std::vector<Count> drawn = draw({5, 6}, count, 3000);
    REQUIRE(drawn.size() == static_cast<std::size_t>(count));
    REQUIRE(std::ranges::adjacent_find(drawn, std::greater_equal<>()) == drawn.end());
    REQUIRE((drawn.front() >= 0 && drawn.back() < 3000));
  }
  // As insertion into a sorted list gives them, one by one.
  const std::vector<Count> drawn = draw({7, 1, 3}, 900, 1000);
  Count sum = 0;
  for (std::size_t i = 0; i < drawn.size(); ++i) sum += static_cast<Count>(i + 1) * drawn[i];
  CHECK(sum == 271874191);
}

TEST_CASE("draw: every number equally often", "[mask]") {
  std::map<Count, int> times;
  for (Count seed = 0; seed < 20000; ++seed)
    for (const Count value : draw({seed, 3}, 2, 5)) ++times[value];
  for (Count value = 0; value < 5; ++value) CHECK(times[value] == Approx(8000).epsilon(0.05));
}

TEST_CASE("draw: the keys decide, each in its place", "[mask]") {
  CHECK(draw({1, 2, 3}, 8, 1000) == draw({1, 2, 3}, 8, 1000));
  CHECK(draw({1, 2, 3}, 8, 1000) != draw({1, 3, 2}, 8, 1000));
  CHECK(draw({1, 2, 3}, 8, 1000) != draw({2, 2, 3}, 8, 1000));
  CHECK(draw({0, 0}, 8, 1000) != draw({0}, 8, 1000));
}

TEST_CASE("nothing is drawn of nothing, however much is wanted") {
  for (const Count among : {Count{0}, Count{-128}}) {
    CHECK(draw({1}, 8, among).empty());
    CHECK(draw({1}, 1 << 12, among).empty());
  }
}

}  // namespace tilewright::test::TEST_FILE
