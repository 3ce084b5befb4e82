#include "einsum/mask/lines.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "einsum/mask/census.hpp"
#include "einsum/mask/spec.hpp"
#include "einsum/mask/usage.hpp"
#include "tests/einsum/mask/brute_force.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string some_lines(Random& random, Count keys) {
  std::set<Count> columns;
  std::set<Count> diagonals;
  for (Count n = random.from(30, 70); n > 0; --n) columns.insert(random.from(0, keys - 1));
  for (Count n = random.from(30, 70); n > 0; --n) diagonals.insert(random.from(0, keys - 1));
  return fmt::format("vertical-slash,columns={},diagonals={}", fmt::join(columns, "/"), fmt::join(diagonals, "/"));
}

std::string some_mask(Random& random, Count keys) {
  const std::string lines = some_lines(random, keys);
  switch (random.from(0, 5)) {
    case 0:
      return "!" + lines;
    case 1:
      return lines + " | " + some_lines(random, keys);
    case 2:
      return lines + " & !sliding,left=9";
    case 3:
      return fmt::format("{} >> {}/{}", lines, random.from(-40, 40), random.from(-40, 40));
    default:
      return lines;
  }
}

}  // namespace

TEST_CASE("the census of many columns and diagonals is that of all their pairs", "[mask]") {
  Random random(41);
  for (int i = 0; i < 60; ++i) {
    const Count keys = random.from(150, 400);
    const Layout layout{{random.coin() ? keys : random.from(1, keys)}, {keys}};
    const KeyTiles kinds[] = {KeyTiles::fixed, KeyTiles::dynamic, KeyTiles::gathered};
    const Tiling tiling{random.coin() ? TileOrder::flat : TileOrder::multi,
                        kinds[random.from(0, 2)],
                        {random.from(1, 80)},
                        {random.coin() ? Count{1} << random.from(0, 7) : random.from(1, 90)},
                        random.from(1, 20)};
    const std::string text = some_mask(random, keys);
    const Mask mask = mask_of(text, layout);
    INFO(text << " of " << to_text(layout.queries) << " queries, " << keys << " keys by tiles of "
              << to_text(tiling.query_tile) << " and " << to_text(tiling.key_tile));
    const auto expected = brute_force::count_tiles(expand(*mask.flattened()).in, layout, tiling);
    const Census census = count_tiles(mask, tiling);
    CHECK(census.pairs == expected.census.pairs);
    CHECK(census.visited == expected.census.visited);
    CHECK(census.full == expected.census.full);
    CHECK(census.visited_tokens == expected.census.visited_tokens);
    CHECK(census.fetched_keys == expected.census.fetched_keys);
    REQUIRE(visits_of(mask, tiling) == expected.tiles);
    CHECK(usage_of(mask).pairs == expected.census.pairs);
  }
}

TEST_CASE("400 columns and 2000 diagonals of 131,072 tokens", "[mask]") {
  const MaskSpec spec = find_mask("tests/einsum/mask/columns_and_diagonals.yaml");
  const Mask mask = spec.runs.front().expression->make({spec.layout({}, {}), 0});
  const auto count = [&](Count tile) {
    return count_tiles(mask, {TileOrder::multi, KeyTiles::fixed, {tile}, {tile}});
  };
  CHECK(count(64).pairs == 159549356);
  CHECK(count(64).visited == 1846450);
  CHECK(count(128).pairs == 159549356);
  CHECK(count(128).visited == 516659);
  CHECK(usage_of(mask).pairs == 159549356);
}

}  // namespace tilewright::test::TEST_FILE
