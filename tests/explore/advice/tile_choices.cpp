#include "explore/advice/tile_choices.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("all shapes of a size are its ordered factorizations") {
  CHECK(tiles_of_size(128, 64, 1) == std::vector<TileChoice>{{{128}, {64}}});
  // 2^7 over 3 dimensions: 9 choose 2; 2^6: 8 choose 2.
  const std::vector<TileChoice> all = tiles_of_size(128, 64, 3);
  CHECK(all.size() == 36 * 28);
  CHECK(std::ranges::all_of(
      all, [](const TileChoice& each) { return tokens_of(each.query) == 128 && tokens_of(each.key) == 64; }));
  CHECK(std::ranges::adjacent_find(all) == all.end());
  CHECK(tiles_of_size(6, 1, 2) ==
        std::vector<TileChoice>{{{1, 6}, {1, 1}}, {{2, 3}, {1, 1}}, {{3, 2}, {1, 1}}, {{6, 1}, {1, 1}}});
}

}  // namespace tilewright::test::TEST_FILE
