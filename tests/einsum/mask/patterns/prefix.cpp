#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("prefix: both ways within it, causal after it", "[mask]") {
  Random random(15);
  for (int i = 0; i < 2000; ++i) {
    const Layout layout = random.layout(1, 40);
    const Count prefix = random.from(0, layout.keys[0]);
    const std::string text = fmt::format("prefix,prefix={}", prefix);
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout), [=](Count q, Count k) { return k < prefix || k <= q; }) == "");
  }
}

TEST_CASE("prefix: no longer than the keys", "[mask]") {
  CHECK(message_of([] { mask_of("prefix,prefix=13", same({12})); }) ==
        "prefix: prefix: 13 is more than the 12 keys of the layout");
}

}  // namespace tilewright::test::TEST_FILE
