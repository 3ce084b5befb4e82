#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("causal is aligned at the last query and key", "[mask]") {
  Random random(2);
  for (int i = 0; i < 500; ++i) {
    const Layout layout = random.layout(static_cast<std::size_t>(random.from(1, 2)), 12);
    REQUIRE(difference(mask_of("causal", layout), [](Count at, Count k) { return k <= at; }) == "");
  }
  const Layout more{{9}, {4}};
  CHECK(difference(mask_of("causal", more), [](Count at, Count k) { return k <= at; }) == "");
}

TEST_CASE("sliding window", "[mask]") {
  Random random(3);
  for (int i = 0; i < 3000; ++i) {
    Layout layout = random.layout(1, 40);
    if (i % 5 == 0) layout.queries[0] += random.from(0, 9);  // also more queries than keys
    const Count left = random.from(0, 45);
    const Count right = random.from(0, 45);
    const std::string text = fmt::format("sliding,left={},right={}", left, right);
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout),
                       [=](Count at, Count k) { return at - left <= k && k <= at + right; }) == "");
  }
}

TEST_CASE("sliding needs a left side", "[mask]") {
  CHECK(message_of([] { mask_of("sliding", same({8})); }) == "sliding: left: missing");
}

}  // namespace tilewright::test::TEST_FILE
