#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Count block_of(Count token, Count window, Count displaced) { return floor_div(token - displaced, window); }

void check_random_cases(const std::string& name, bool displaced, std::size_t dimensions, Count most) {
  Random random(5);
  for (int i = 0; i < 1500; ++i) {
    const Layout layout = random.layout(dimensions, most);
    Extents window;
    std::vector<Sees> predicates;
    for (const Count length : layout.keys) {
      const Count w = random.from(1, length);
      window.push_back(w);
      predicates.emplace_back(
          [w, by = displaced ? w / 2 : 0](Count q, Count k) { return block_of(q, w, by) == block_of(k, w, by); });
    }
    const std::string text = fmt::format("{},window={}", name, to_text(window));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference_by_dimension(mask_of(text, layout), predicates) == "");
  }
}

}  // namespace

TEST_CASE("blocked: the same block of the grid", "[mask]") {
  check_random_cases("blocked", false, 1, 40);
  check_random_cases("blocked", false, 2, 8);
}

TEST_CASE("shifted window: the same block of the displaced grid, no wrap", "[mask]") {
  check_random_cases("shifted-window", true, 1, 40);
  check_random_cases("shifted-window", true, 2, 8);
}

TEST_CASE("shifted window begins with half a window", "[mask]") {
  const Pairs pairs = expand(*mask_of("shifted-window,window=5", same({12})).flattened());
  CHECK(pairs.has(0, 1));
  CHECK_FALSE(pairs.has(1, 2));
  CHECK(pairs.has(2, 6));
  CHECK_FALSE(pairs.has(6, 7));
  CHECK_FALSE(pairs.has(0, 11));
}

TEST_CASE("blocked is the neighborhood with the stride of the window, where that divides the extent", "[mask]") {
  for (Count window = 1; window <= 6; ++window) {
    const Layout layout = same({window * 5});
    const Mask neighborhood = mask_of(fmt::format("gna,window={0},stride={0}", window), layout);
    CHECK(expand(*mask_of(fmt::format("blocked,window={}", window), layout).flattened()).in ==
          expand(*neighborhood.flattened()).in);
  }
}

TEST_CASE("blocked: arguments that make no sense", "[mask]") {
  CHECK(message_of([] {
          mask_of("blocked,window=4x7", same({8, 6}));
        }) == "blocked: window: 7 is more than the 6 keys of its dimension");
  CHECK(message_of([] {
          mask_of("shifted-window,window=9x2", same({8, 6}));
        }) == "shifted-window: window: 9 is more than the 8 keys of its dimension");
  CHECK(message_of([] {
          mask_of("blocked,window=0x2", same({8, 6}));
        }) ==
        "blocked: window: expected whole numbers from 1 to 2^31 with x between them, as in 30x48x80, got '0x2'");
}

}  // namespace tilewright::test::TEST_FILE
