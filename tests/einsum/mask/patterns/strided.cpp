#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("strided: a window and every stride-th key before", "[mask]") {
  Random random(10);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 40);
    const Count l = random.from(1, 45);
    const std::string text = fmt::format("strided,stride={}", l);
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout), [=](Count q, Count k) {
              return k <= q && ((0 <= q - k && q - k < l) || (q - k) % l == 0);
            }) == "");
  }
}

TEST_CASE("fixed: the own block and the last keys of each", "[mask]") {
  Random random(11);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 40);
    const Count l = random.from(1, 45);
    const Count c = random.from(1, l);
    const std::string text = fmt::format("fixed,stride={},summary={}", l, c);
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout),
                       [=](Count q, Count k) { return k <= q && (q / l == k / l || k % l >= l - c); }) == "");
  }
}

TEST_CASE("strided and fixed: arguments that make no sense", "[mask]") {
  CHECK(message_of([] { mask_of("fixed,stride=4,summary=5", same({12})); }) ==
        "fixed: summary: 5 is more than the stride, 4");
  CHECK(message_of([] { mask_of("strided,stride=0", same({12})); }) ==
        "strided: stride: expected a whole number from 1 to 2147483648, got '0'");
}

}  // namespace tilewright::test::TEST_FILE
