#include "einsum/mask/diagonal_census.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "einsum/mask/expression.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

}  // namespace

// A combination is not known to be along diagonals, and its Q tiles are counted one by one.
TEST_CASE("sets along diagonals have the census of their Q tiles one by one") {
  std::mt19937 random(3);
  for (int i = 0; i < 400; ++i) {
    const auto draw = [&](Count least, Count most) {
      return std::uniform_int_distribution<Count>(least, most)(random);
    };
    const Count keys = draw(1, 400);
    const Layout layout{{draw(1, keys)}, {keys}};
    const AxisTiles tiles{draw(1, 40), draw(1, 40), KeyTiles::fixed};
    const std::string text = fmt::format("strided,stride={}", draw(1, 50));
    INFO(text << " over " << layout.queries[0] << " queries, " << keys << " keys, tiles of " << tiles.query_tile
              << " x " << tiles.key_tile);
    const RelationPtr set = mask_of(text, layout).flattened();
    REQUIRE(is_along_diagonals(*set));
    const AxisCensus found = census_along_diagonals(*set, tiles);
    const AxisCensus expected = census_of(*mask_of(text + " & dense", layout).flattened(), tiles);
    CHECK(found.pairs == expected.pairs);
    CHECK(found.visited == expected.visited);
    CHECK(found.full == expected.full);
    CHECK(found.visited_tokens == expected.visited_tokens);
    CHECK(found.fetched_keys == expected.fetched_keys);
    CHECK(found.key_tiles == expected.key_tiles);
    CHECK(found.tiles == expected.tiles);
  }
}

TEST_CASE("the tiles of a strided set grow with its length, however long") {
  double before = 0;
  for (const Count tokens : {1 << 16, 1 << 18, 1 << 20, 1 << 22}) {
    const Mask mask = mask_of("strided,stride=128", {{tokens}, {tokens}});
    const Census rows = count_tiles(mask, {TileOrder::flat, KeyTiles::fixed, {1}, {16}});
    const double share =
        static_cast<double>(rows.visited) / static_cast<double>(tokens) / static_cast<double>(tokens);
    // One key of 128, in a tile of its own, and the window; of half of the pairs.
    CHECK(share == Approx(1.0 / 256).epsilon(0.05));
    CHECK(static_cast<double>(rows.visited) > before);
    before = static_cast<double>(rows.visited);
  }
}

}  // namespace tilewright::test::TEST_FILE
