#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("power of two: a window, and blocks at distances 2^i", "[mask]") {
  Random random(13);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 60);
    const Count block = random.from(1, 9);
    const Count window = random.from(1, 12);
    const std::string text = fmt::format("power-of-two,block={},window={}", block, window);
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout), [=](Count q, Count k) {
              const Count distance = q / block - k / block;
              const bool is_power = distance == 1 || distance == 2 || distance == 4 || distance == 8 ||
                                    distance == 16 || distance == 32;
              return k <= q && (distance < window || is_power);
            }) == "");
  }
}

TEST_CASE("power of two: a window of nothing is refused", "[mask]") {
  CHECK(message_of([] { mask_of("power-of-two,block=4,window=0", same({8})); }) ==
        "power-of-two: window: expected a whole number from 1 to 2147483648, got '0'");
}

}  // namespace tilewright::test::TEST_FILE
