#include "einsum/mask/transposed.hpp"

#include <catch2/catch.hpp>

#include "einsum/mask/expression.hpp"
#include "einsum/mask/visited_tiles.hpp"
#include "tests/einsum/mask/brute_force.hpp"
#include "tests/einsum/mask/relations.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<char> transposed_pairs(const std::vector<char>& pairs, Count queries, Count keys) {
  std::vector<char> result(pairs.size());
  for (Count q = 0; q < queries; ++q)
    for (Count k = 0; k < keys; ++k)
      result[static_cast<std::size_t>(k * queries + q)] = pairs[static_cast<std::size_t>(q * keys + k)];
  return result;
}

// In both of its forms, over all rows and over some.
void check_rows(const Relation& relation, const std::vector<char>& pairs) {
  const Extent extent = relation.extent();
  for (Count first = 0; first < extent.queries; first += 3) {
    const Count last = std::min(extent.queries, first + 5);
    Pieces pieces;
    relation.pieces(first, last, pieces);
    std::vector<char> found(static_cast<std::size_t>((last - first) * extent.keys), 0);
    for (const Piece& piece : pieces)
      for (Count q = piece.begin; q < piece.end; ++q)
        for (Count k = piece.segment.low.row(q); k < piece.segment.high.row(q); ++k)
          ++found[static_cast<std::size_t>(q * extent.keys + k)];
    REQUIRE(found == std::vector<char>(pairs.begin() + first * extent.keys, pairs.begin() + last * extent.keys));
  }
}

}  // namespace

TEST_CASE("a transposed relation has every pair the other way round, in bands and in pieces") {
  Random random(5);
  for (int i = 0; i < 500; ++i) {
    const Extent extent{random.from(1, 24), random.from(1, 24)};
    const Mask mask = flat_mask({{extent.queries}, {extent.keys}}, std::make_shared<SomeBands>(extent, random));
    const auto pairs = transposed_pairs(brute_force::pairs_of(mask), extent.queries, extent.keys);
    const Mask found = transposed(mask);
    REQUIRE(brute_force::pairs_of(found) == pairs);
    check_rows(*found.axes.front().relation, pairs);
  }
}

TEST_CASE("KV tiles visit the Q tiles that visit them, by brute force") {
  Random random(6);
  const std::vector<std::string> masks{"dense",
                                       "causal",
                                       "sliding,left=5",
                                       "causal & sliding,left=3",
                                       "gna,window=5,stride=2",
                                       "gna,window=3,dilation=2,causal=1"};
  for (int i = 0; i < 300; ++i) {
    const Count tokens = random.from(6, 40);
    const std::string text = masks[static_cast<std::size_t>(random.from(0, static_cast<Count>(masks.size()) - 1))];
    INFO(text << " over " << tokens);
    const Layout layout{{tokens}, {tokens}};
    const Mask mask = parse_mask(text).front().expression->make({layout, 0});
    const Tiling tiling{TileOrder::flat, KeyTiles::fixed, {random.from(1, 7)}, {random.from(1, 7)}};
    const auto pairs = transposed_pairs(brute_force::pairs_of(mask), tokens, tokens);
    const auto expected = brute_force::count_tiles(pairs, layout, tiling);
    const Mask found = transposed(mask);
    CHECK(visits_of(found, tiling) == expected.tiles);
    const VisitedTiles visited(found, tiling);
    for (Count tile = 0; tile < visited.query_tiles(); ++tile) {
      Count visits = 0;
      for (const TileInterval& interval : visited.of(tile)) visits += interval.last - interval.first;
      CHECK(visits == expected.tiles[static_cast<std::size_t>(tile)].visited);
    }
  }
}

TEST_CASE("several dimensions and dilation groups are transposed each by itself") {
  const Layout layout{{6, 8}, {6, 8}};
  const Mask mask = parse_mask("gna,window=3x3,dilation=1x2,causal=1x0").front().expression->make({layout, 0});
  const Mask found = transposed(mask);
  CHECK(found.is_product());
  CHECK(found.axes[1].groups.size() == mask.axes[1].groups.size());
  CHECK(brute_force::pairs_of(found) == transposed_pairs(brute_force::pairs_of(mask), 48, 48));
  CHECK(brute_force::pairs_of(transposed(found)) == brute_force::pairs_of(mask));
}

}  // namespace tilewright::test::TEST_FILE
