#include "einsum/mask/patterns/query_blocks.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("blocks are those of positions, and edges rise from the block's first", "[mask]") {
  Random random(28);
  for (int i = 0; i < 2000; ++i) {
    const Extent extent = random.layout(1, 30).flattened();
    const Count block = random.from(1, 35);
    const Count low = random.from(-9, 9);
    const bool causal = random.coin();
    const auto seen = [&](Count b, std::vector<Segment>& segments) {
      segments.push_back(fixed_segment(2 * b, 2 * b + 3));
      segments.push_back({{b * block + low, true}, {b * block + low + 4, true}});
    };
    const auto sees = [&](Count q, Count k) {
      const Count at = extent.position(q);
      const Count b = at / block;
      return (!causal || k <= at) && ((2 * b <= k && k < 2 * b + 3) || (at + low <= k && k < at + low + 4));
    };
    REQUIRE(difference(*by_query_block(extent, block, causal, seen), Pairs(extent, sees)) == "");
  }
}

TEST_CASE("neighbouring values are one run", "[mask]") {
  std::vector<Segment> runs;
  append_runs(std::vector<Count>{-3, -2, -2, 0, 5, 6}, 4, runs);
  CHECK(runs == std::vector<Segment>{fixed_segment(-12, -4), fixed_segment(0, 4), fixed_segment(20, 28)});
  runs.clear();
  append_runs({}, 4, runs);
  CHECK(runs.empty());
}

}  // namespace tilewright::test::TEST_FILE
