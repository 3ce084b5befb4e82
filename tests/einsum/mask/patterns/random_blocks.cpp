#include <catch2/catch.hpp>

#include "einsum/mask/expression.hpp"
#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("random blocks: heads of a group have the same, and are one run", "[mask]") {
  const Layout layout{{1}, {1024}};
  const std::vector<HeadMask> apart = make_masks(parse_mask("random-blocks,keep=4,block=8"), layout, 8);
  const std::vector<HeadMask> together = make_masks(parse_mask("random-blocks,keep=4,block=8,group=4"), layout, 8);
  CHECK(apart.size() == 8);
  REQUIRE(together.size() == 2);
  CHECK(together[0].heads == 4);
  CHECK(together[1].first_head == 4);
  const auto pairs = [](const HeadMask& mask) { return expand(*mask.mask.flattened()).in; };
  CHECK(pairs(together[0]) == pairs(apart[0]));
  CHECK(pairs(together[1]) == pairs(apart[1]));
  CHECK(pairs(together[0]) != pairs(together[1]));
  const auto runs = [&](const std::string& text, Count heads) {
    return make_masks(parse_mask(text), layout, heads).size();
  };
  CHECK(runs("random-blocks,keep=4,block=8,group=4 | sliding,left=9", 8) == 2);
  CHECK(runs("random-blocks,keep=4,block=8,group=4 & random-blocks,keep=9,block=8,group=2", 8) == 4);
  CHECK(message_of([&] { runs("random-blocks,keep=4,block=8,group=3", 8); }) ==
        "'random-blocks,keep=4,block=8,group=3' is of groups of 3 heads, of which 8 heads are no whole number");
}

TEST_CASE("random blocks: so many per query block", "[mask]") {
  Random random(19);
  for (int i = 0; i < 2000; ++i) {
    const Layout layout = random.layout(1, 50);
    const Extent extent = layout.flattened();
    const Count block = random.from(1, 9);
    const Count blocks = ceil_div(extent.keys, block);
    const Count keep = random.from(1, blocks);
    const bool causal = random.coin();
    const std::string text = fmt::format("random-blocks,keep={},block={},causal={},seed={}", keep, block,
                                         causal ? 1 : 0, random.from(0, 99));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    const Mask mask = mask_of(text, layout, static_cast<int>(random.from(0, 7)));
    const Pairs pairs = expand(*mask.flattened());
    for (Count q = 0; q < extent.queries; ++q) {
      const Count at = extent.position(q);
      Count kept = 0;
      for (Count k = 0; k < extent.keys; ++k) {
        const bool in = pairs.has(q, k);
        if (k % block == 0) kept += in ? 1 : 0;
        if (causal && k > at) {
          REQUIRE_FALSE(in);
        } else if (k % block != 0) {
          REQUIRE(in == pairs.has(q, k - 1));
        }
        if (q > 0 && (at - 1) / block == at / block && (!causal || k < at)) REQUIRE(in == pairs.has(q - 1, k));
      }
      REQUIRE(kept == (causal ? std::min(keep, at / block + 1) : keep));
    }
    REQUIRE(difference(mask, [&, extent](Count at, Count k) {
              return pairs.has(at - extent.keys + extent.queries, k);
            }) == "");
  }
}

TEST_CASE("random blocks: a share of the blocks that there are to draw from", "[mask]") {
  const auto kept = [](const std::string& text, Count query) {
    const Pairs pairs = expand(*mask_of("random-blocks,block=4," + text, same({96})).flattened());
    Count blocks = 0;
    for (Count k = 0; k < 96; k += 4) blocks += pairs.has(query, k) ? 1 : 0;
    return blocks;
  };
  CHECK(kept("share=0.25", 0) == 6);            // of 24
  CHECK(kept("share=0.25,causal=1", 47) == 3);  // of 12
  CHECK(kept("share=0.25,causal=1", 30) == 2);  // of 8
  CHECK(kept("share=0.25,causal=1", 3) == 1);   // at least one
  CHECK(kept("share=1,causal=1", 95) == 24);
  const std::string either = "random-blocks: keep: expected either 'keep' or 'share', more than 0";
  CHECK(message_of([] { (void)mask_of("random-blocks,block=4", same({96})); }).find(either) != std::string::npos);
  CHECK(message_of([] { (void)mask_of("random-blocks,block=4,keep=1,share=0.5", same({96})); }).find(either) !=
        std::string::npos);
}

TEST_CASE("random blocks: query blocks draw their own", "[mask]") {
  const Pairs pairs = expand(*mask_of("random-blocks,keep=5,block=4", same({96})).flattened());
  for (Count q = 4; q < 96; q += 4)
    CHECK_FALSE(
        std::equal(pairs.in.begin() + q * 96, pairs.in.begin() + (q + 1) * 96, pairs.in.begin() + (q - 4) * 96));
}

TEST_CASE("random blocks: seed and head decide", "[mask]") {
  const auto drawn = [](const std::string& seed, int head) {
    return expand(*mask_of("random-blocks,keep=5,block=4,seed=" + seed, same({96}), head).flattened()).in;
  };
  CHECK(drawn("1", 0) == drawn("1", 0));
  CHECK(drawn("1", 0) != drawn("2", 0));
  CHECK(drawn("1", 0) != drawn("1", 1));
  CHECK(drawn("1", 2) != drawn("2", 1));
}

TEST_CASE("random blocks: the same blocks on every machine", "[mask]") {
  const Pairs pairs = expand(*mask_of("random-blocks,keep=3,block=1,seed=7", same({16}), 2).flattened());
  std::vector<Count> first;
  for (Count k = 0; k < 16; ++k)
    if (pairs.has(0, k)) first.push_back(k);
  CHECK(first == std::vector<Count>{2, 6, 7});
}

TEST_CASE("random blocks: no more than there are", "[mask]") {
  CHECK(message_of([] { mask_of("random-blocks,keep=4,block=4", same({12})); }) ==
        "random-blocks: keep: 4 is more than the 3 key blocks");
}

}  // namespace tilewright::test::TEST_FILE
