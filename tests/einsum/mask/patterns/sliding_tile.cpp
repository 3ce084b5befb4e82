#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright {

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
        const Count left = w * t / 2;
        const Count right = w * t / 2 + w * t % 2 - 1;
        const Count leader = std::min(q / t * t + t / 2, t * tiles - 1);
        const Count centre = std::clamp(leader, left, t * tiles - 1 - right);
        return centre - left <= k && k <= centre + right;
      });
    }
    const std::string text = fmt::format("sliding-tile,tile={},window={}", to_text(tile), to_text(window));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    REQUIRE(difference_by_dimension(mask_of(text, layout), predicates) == "");
  }
}

TEST_CASE("sliding tile: windows of an odd number of tiles are whole tiles", "[mask]") {
  for (const Count t : {1, 2, 3, 4, 5})
    for (const Count w : {1, 3, 5}) {
      const Count tiles = 7;
      const auto sees = [=](Count q, Count k) {
        const Count first = std::clamp(q / t - w / 2, Count{0}, tiles - w);
        return first <= k / t && k / t < first + w;
      };
      const std::string text = fmt::format("sliding-tile,tile={},window={}", t, w * t);
      INFO(text);
      CHECK(difference(mask_of(text, same({t * tiles})), sees) == "");
    }
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

}  // namespace tilewright
