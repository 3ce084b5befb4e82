#include "einsum/mask/bands.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("segments belong to the band that was opened last", "[mask]") {
  Bands bands;
  bands.open(0, 3);
  bands.add(fixed_segment(0, 2));
  bands.add(fixed_segment(4, 5));
  bands.open(3, 4);
  bands.open(4, 6);
  bands.add({{1, true}, {9, false}});
  REQUIRE(bands.bands.size() == 3);
  CHECK(bands.of(bands.bands[0]).size() == 2);
  CHECK(bands.of(bands.bands[1]).empty());
  CHECK(bands.of(bands.bands[2]).front() == Segment{{1, true}, {9, false}});
  bands.clear();
  CHECK((bands.bands.empty() && bands.segments.empty()));
}

TEST_CASE("a segment seen from a later query", "[mask]") {
  CHECK(later({{3, true}, {9, false}}, 4) == Segment{{7, true}, {9, false}});
  CHECK(later({{3, false}, {9, true}}, 2) == Segment{{3, false}, {11, true}});
}

TEST_CASE("pairs below a key are those that a loop counts", "[mask]") {
  Random random(20);
  for (int i = 0; i < 20000; ++i) {
    const Count rows = random.from(1, 12);
    const Segment segment{{random.from(0, 20), random.coin()}, {0, random.coin()}};
    // Not empty at the first and at the last query.
    const Count least =
        std::max(segment.low.at, segment.low.row(rows - 1) - (segment.high.rises ? rows - 1 : 0)) + 1;
    const Segment of{segment.low, {random.from(least, least + 15), segment.high.rises}};
    const Count begin = random.from(0, rows - 1);
    const Count end = random.from(begin, rows);
    const Count key = random.from(0, 60);
    Count expected = 0;
    for (Count row = begin; row < end; ++row)
      for (Count k = of.low.row(row); k < of.high.row(row); ++k) expected += k < key ? 1 : 0;
    REQUIRE(pairs_below(of, begin, end, key) == expected);
  }
}

TEST_CASE("pairs below a key do not overflow at the largest masks", "[mask]") {
  const Count n = most_tokens;
  CHECK(pairs_below({{0, false}, {1, true}}, 0, n, n) == n * (n + 1) / 2);
}

}  // namespace tilewright::test::TEST_FILE
