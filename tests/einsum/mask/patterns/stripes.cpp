#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("stripes: first block, own block, and so many columns between", "[mask]") {
  Random random(18);
  for (int i = 0; i < 2000; ++i) {
    const Layout layout = random.layout(1, 50);
    const Extent extent = layout.flattened();
    const Count block = random.from(1, 9);
    const Count stripes = random.from(0, 7);
    const std::string text = fmt::format("stripes,stripes={},block={},seed={}", stripes, block, random.from(0, 99));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    const Mask mask = mask_of(text, layout);
    const Pairs pairs = expand(*mask.flattened());
    for (Count q = 0; q < extent.queries; ++q) {
      const Count at = extent.position(q);
      const Count own = at / block;
      Count columns = 0;
      for (Count k = 0; k < extent.keys; ++k) {
        if (k > at) {
          REQUIRE_FALSE(pairs.has(q, k));
        } else if (k / block == 0 || k / block == own) {
          REQUIRE(pairs.has(q, k));
        } else {
          columns += pairs.has(q, k) ? 1 : 0;
          if (q > 0 && (at - 1) / block == own) REQUIRE(pairs.has(q, k) == pairs.has(q - 1, k));
        }
      }
      REQUIRE(columns == std::clamp((own - 1) * block, Count{0}, stripes));
    }
    REQUIRE(difference(mask, [&, extent](Count at, Count k) {
              return pairs.has(at - extent.keys + extent.queries, k);
            }) == "");
  }
}

TEST_CASE("stripes: more than are drawn in place", "[mask]") {
  const Pairs pairs = expand(*mask_of("stripes,stripes=600,block=8", same({1024})).flattened());
  const Count seen = std::count(pairs.in.begin() + 1023 * 1024, pairs.in.end(), 1);
  CHECK(seen == 600 + 8 + 8);
  CHECK(std::count(pairs.in.begin(), pairs.in.begin() + 1024, 1) == 1);  // nothing to draw from before the first
}

TEST_CASE("stripes: the seed decides", "[mask]") {
  const auto drawn = [](const std::string& seed) {
    return expand(*mask_of("stripes,stripes=5,block=8,seed=" + seed, same({96})).flattened()).in;
  };
  CHECK(drawn("1") == drawn("1"));
  CHECK(drawn("1") != drawn("2"));
  CHECK(message_of([] { mask_of("stripes,stripes=5,block=0", same({8})); }) ==
        "stripes: block: expected a whole number from 1 to 2147483648, got '0'");
}

}  // namespace tilewright::test::TEST_FILE
