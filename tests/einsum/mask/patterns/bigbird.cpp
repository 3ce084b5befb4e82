#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Case {
  Count global;
  Count window;
  Count random;
  Count block;
  Count seed;

  [[nodiscard]] std::string text() const {
    return fmt::format("bigbird,global={},window={},random={},block={},seed={}", global, window, random, block,
                       seed);
  }
  [[nodiscard]] bool always(Count q, Count k) const {
    return q < global || k < global || std::abs(q / block - k / block) <= (window - 1) / 2;
  }
};

}  // namespace

TEST_CASE("bigbird: global tokens, window, and whole random blocks", "[mask]") {
  Random random(17);
  for (int i = 0; i < 2000; ++i) {
    const Layout layout = random.layout(1, 40);
    const Count keys = layout.keys[0];
    const Case of{random.from(0, std::min<Count>(keys, 12)), random.from(0, 3) * 2 + 1, random.from(0, 4),
                  random.from(1, 6), random.from(0, 99)};
    INFO(of.text() << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    const Mask mask = mask_of(of.text(), layout);
    const Pairs pairs = expand(*mask.flattened());
    const Extent extent = layout.flattened();
    for (Count q = 0; q < extent.queries; ++q) {
      const Count at = extent.position(q);
      Count candidates = 0;
      Count drawn = 0;
      for (Count b = 0; b * of.block < keys; ++b) {
        const Count begin = b * of.block;
        const Count end = std::min(begin + of.block, keys);
        // Seen beyond what is always seen: then the block was drawn, and is seen whole.
        bool more = false;
        bool whole = true;
        for (Count k = begin; k < end; ++k) {
          REQUIRE((!of.always(at, k) || pairs.has(q, k)));
          more = more || (pairs.has(q, k) && !of.always(at, k));
          whole = whole && pairs.has(q, k);
        }
        REQUIRE((!more || whole));
        drawn += more ? 1 : 0;
        const bool in_window = std::abs(at / of.block - b) <= (of.window - 1) / 2;
        candidates += !in_window && of.global < begin + of.block && of.global < end ? 1 : 0;
      }
      if (at >= of.global && of.global % of.block == 0) REQUIRE(drawn == std::min(candidates, of.random));
    }
    REQUIRE(difference(mask, [&, extent](Count at, Count k) {
              return pairs.has(at - extent.keys + extent.queries, k);
            }) == "");
  }
}

TEST_CASE("bigbird: the seed decides, and queries of a block agree", "[mask]") {
  const auto drawn = [](const std::string& seed) {
    return expand(*mask_of("bigbird,global=0,window=1,random=3,block=4,seed=" + seed, same({80})).flattened());
  };
  const Pairs first = drawn("1");
  CHECK(first.in == drawn("1").in);
  CHECK(first.in != drawn("2").in);
  for (Count q = 0; q < 80; ++q)
    for (Count k = 0; k < 80; ++k) REQUIRE(first.has(q, k) == first.has(q / 4 * 4, k));
  // What is drawn for a query block, as numbers among the blocks that could be: all but its own.
  const auto drawn_of = [&](Count block) {
    std::vector<Count> numbers;
    for (Count b = 0; b < 20; ++b)
      if (b != block && first.has(block * 4, b * 4)) numbers.push_back(b < block ? b : b - 1);
    return numbers;
  };
  CHECK(drawn_of(3) != drawn_of(4));
  CHECK(drawn_of(4) != drawn_of(5));
}

TEST_CASE("bigbird: arguments that make no sense", "[mask]") {
  CHECK(message_of([] { mask_of("bigbird,global=13,window=3,random=1,block=2", same({12})); }) ==
        "bigbird: global: 13 is more than the 12 keys of the layout");
  CHECK(message_of([] { mask_of("bigbird,global=0,window=2,random=1,block=2", same({12})); }) ==
        "bigbird: window: expected an odd number of blocks, the query's in the middle, got 2");
}

}  // namespace tilewright::test::TEST_FILE
