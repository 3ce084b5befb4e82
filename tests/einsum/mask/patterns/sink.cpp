#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("sink and window", "[mask]") {
  Random random(8);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 40);
    const Count sinks = random.from(0, 45);
    const Count window = random.from(1, 45);
    const std::string text = fmt::format("sink,sinks={},window={}", sinks, window);
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference(mask_of(text, layout), [=](Count q, Count k) {
              return (k < sinks || (q - window < k && k <= q)) && k <= q;
            }) == "");
  }
}

TEST_CASE("sink: a query without itself is refused", "[mask]") {
  CHECK(message_of([] { mask_of("sink,sinks=4,window=0", same({8})); }) ==
        "sink: window: expected a whole number from 1 to 2147483648, got '0'");
}

}  // namespace tilewright::test::TEST_FILE
