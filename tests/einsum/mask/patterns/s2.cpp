#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("s2: each head its shard, and a local window", "[mask]") {
  Random random(12);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 40);
    const Count block = random.from(1, 9);
    const Count shards = random.from(1, 6);
    const Count local = random.from(1, 5);
    const auto head = static_cast<int>(random.from(0, 12));
    const std::string text = fmt::format("s2,block={},shards={},local={}", block, shards, local);
    INFO(text << ", head " << head << ", of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout, head), [=](Count q, Count k) {
              return k <= q && (k / block % shards == head % shards || q / block - k / block < local);
            }) == "");
  }
}

TEST_CASE("s2: heads get their own masks", "[mask]") {
  const auto masks = make_masks(parse_mask("s2,block=4,shards=2,local=1"), same({32}), 4);
  REQUIRE(masks.size() == 4);
  CHECK(expand(*masks[0].mask.flattened()).in == expand(*masks[2].mask.flattened()).in);
  CHECK(expand(*masks[0].mask.flattened()).in != expand(*masks[1].mask.flattened()).in);
}

TEST_CASE("s2: a block of nothing is refused", "[mask]") {
  CHECK(message_of([] { mask_of("s2,block=0,shards=2,local=1", same({8})); }) ==
        "s2: block: expected a whole number from 1 to 2147483648, got '0'");
}

}  // namespace tilewright::test::TEST_FILE
