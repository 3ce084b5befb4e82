#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("sliding tile: whole tiles around the query's, moved inwards at the ends", "[mask]") {
  Random random(7);
  for (int i = 0; i < 2000; ++i) {
    Layout layout;
    Extents tile;
    Extents window;
    std::vector<Sees> predicates;
    for (Count d = 0; d < 1 + i % 2; ++d) {
      const Count t = random.from(1, 4);
      const Count tiles = random.from(1, i % 2 == 0 ? 9 : 3);
      const Count w = random.from(1, tiles);
      layout.keys.push_back(t * tiles);
      layout.queries.push_back(random.coin() ? t * tiles : random.from(1, t * tiles));
      tile.push_back(t);
      window.push_back(w * t);
      predicates.emplace_back([=](Count q, Count k) {
        const Count first = std::clamp(q / t - w / 2, Count{0}, tiles - w);
        return first <= k / t && k / t < first + w;
      });
    }
    const std::string text = fmt::format("sliding-tile,tile={},window={}", to_text(tile), to_text(window));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference_by_dimension(mask_of(text, layout), predicates) == "");
  }
}

TEST_CASE("sliding tile: with an odd number of tiles it is a neighborhood with the stride of the tile", "[mask]") {
  for (const Count t : {1, 2, 3, 4, 5})
    for (const Count w : {1, 3, 5}) {
      const Layout layout = same({t * 7});
      INFO("tile " << t << ", window " << w * t);
      const Mask other = mask_of(fmt::format("gna,window={},stride={}", w * t, t), layout);
      const Mask mask = mask_of(fmt::format("sliding-tile,tile={},window={}", t, w * t), layout);
      const Pairs pairs = expand(*other.flattened());
      CHECK(difference(*mask.flattened(), pairs) == "");
    }
}

TEST_CASE("sliding tile: with an even number the query's own is the first behind the middle", "[mask]") {
  const Pairs pairs = expand(*mask_of("sliding-tile,tile=3,window=12", same({18})).flattened());
  const auto keys = [&](Count query) {
    std::string text;
    for (Count k = 0; k < 18; k += 3) text += pairs.has(query, k) && pairs.has(query, k + 2) ? '#' : '.';
    return text;
  };
  CHECK(keys(0) == "####..");
  CHECK(keys(8) == "####..");
  CHECK(keys(9) == ".####.");
  CHECK(keys(12) == "..####");
  CHECK(keys(17) == "..####");
}

TEST_CASE("sliding tile: arguments that make no sense", "[mask]") {
  const auto message = [](const std::string& text) { return message_of([&] { mask_of(text, same({12})); }); };
  CHECK(message("sliding-tile,tile=5,window=5") ==
        "sliding-tile: tile: 5 does not divide the 12 keys of its dimension");
  CHECK(message("sliding-tile,tile=4,window=6") ==
        "sliding-tile: window: 6 is not a multiple of the tile of its dimension, 4");
  CHECK(message("sliding-tile,tile=4,window=16") ==
        "sliding-tile: window: 16 is more than the 12 keys of its dimension");
}

}  // namespace tilewright::test::TEST_FILE
