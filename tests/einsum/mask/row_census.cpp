#include "einsum/mask/row_census.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "einsum/mask/expression.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr Count any_number = 1 << 30;

Mask mask_of(const std::string& text, const Layout& layout) {
  return parse_mask(text).front().expression->make({layout, 0});
}

// Against Q tiles of one query each.
void compare(const std::string& text, const Layout& layout, Count key_tile) {
  INFO(text << " over " << to_text(layout.queries) << " queries, " << to_text(layout.keys) << " keys, tiles of "
            << key_tile);
  const Mask mask = mask_of(text, layout);
  const Census expected = count_tiles(mask, {TileOrder::flat, KeyTiles::fixed, {1}, {key_tile}});
  const RowCensus found = count_rows(*mask.flattened(), key_tile, any_number).value();
  CHECK(found.fetched_keys == expected.fetched_keys);
  REQUIRE(found.distribution.size() == expected.distribution.size());
  for (std::size_t i = 0; i < found.distribution.size(); ++i) {
    CHECK(found.distribution[i].visited == expected.distribution[i].visited);
    CHECK(found.distribution[i].query_tiles == expected.distribution[i].query_tiles);
  }
}

std::string lines(std::mt19937& random, const char* of, Count count, Count tokens) {
  std::string text = of;
  for (Count i = 0; i < count; ++i)
    text += fmt::format("{}{}", i == 0 ? "=" : "/", std::uniform_int_distribution<Count>(0, tokens - 1)(random));
  return text;
}

}  // namespace

TEST_CASE("rows visit what Q tiles of one query visit") {
  for (const char* mask : {"dense", "!dense", "causal", "!causal", "sliding,left=30,right=20", "gna,window=70",
                           "(!sliding,left=5,right=90)", "sink,sinks=4,window=60", "sliding,left=2 >> 70/0",
                           "random-blocks,keep=2,block=16 & causal"})
    for (const Count tile : {1, 7, 64, 200}) {
      compare(mask, {{130}, {130}}, tile);
      compare(mask, {{20}, {130}}, tile);
    }
  compare("gna,window=3x5", {{9, 20}, {9, 20}}, 16);
}

TEST_CASE("rows of many columns and diagonals, over random masks") {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    const Count tokens = std::uniform_int_distribution<Count>(1, 300)(random);
    const Count queries = std::uniform_int_distribution<Count>(1, tokens)(random);
    const Count count = std::uniform_int_distribution<Count>(1, 40)(random);
    compare("vertical-slash," + lines(random, "columns", count, tokens) + "," +
                lines(random, "diagonals", 41 - count, tokens),
            {{queries}, {tokens}}, std::uniform_int_distribution<Count>(1, 40)(random));
  }
}

TEST_CASE("few pieces are counted from one query to the next") {
  CHECK_FALSE(has_many_pieces(*mask_of("causal", {{1000}, {1000}}).flattened()));
  std::mt19937 random(6);
  CHECK(has_many_pieces(
      *mask_of("vertical-slash," + lines(random, "diagonals", 300, 1000), {{1000}, {1000}}).flattened()));
}

TEST_CASE("rows that touch too many KV tiles are not counted") {
  const Mask dense = mask_of("dense", {{130}, {160}});  // 3 runs of 64 queries or fewer touch 10 KV tiles each
  CHECK(count_rows(*dense.flattened(), 16, 30));
  CHECK_FALSE(count_rows(*dense.flattened(), 16, 29));
}

TEST_CASE("an interval of keys takes the steps of a KV tile, several take those of all queries") {
  const auto takes = [](const char* mask, Count steps) {
    const RelationPtr relation = mask_of(mask, {{200'000}, {200'000}}).flattened();
    return takes_at_most(steps, *relation, 64) && !takes_at_most(steps - 1, *relation, 64);
  };
  // Four fetches of 2^16 queries, and the last query, a band of its own.
  CHECK(takes("causal", 4 * 64 + 1));
  // One interval up to query 102, in bands of 3, 1, 95, 1 and 3; then sinks and window apart.
  CHECK(takes("sink,sinks=4,window=100", 3 + 1 + 64 + 1 + 3 + 2 * (200'000 - 103)));
}

}  // namespace tilewright::test::TEST_FILE
