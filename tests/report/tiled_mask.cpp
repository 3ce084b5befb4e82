#include "report/tiled_mask.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/report/tiled.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("the counts of a map are those of the census") {
  const TiledMask sliding = tiled("sliding,left=9,right=3", "70", "8", "4");
  const Census census = count_tiles(sliding.mask, sliding.tiling);
  CHECK(count_map(sliding.map) == TileCount{census.visited, census.full});
  CHECK(count_row(sliding.map, 0) == visits_of(sliding.mask, sliding.tiling)[0]);
}

TEST_CASE("a grid has the tiles of every dimension, and of every dilation group") {
  const TileGrid plain(tiled("gna,window=3x3", "9x20", "2x4", "3x8"));
  CHECK(plain.query_tiles() == Extents{5, 5});
  CHECK(plain.key_tiles() == Extents{3, 3});
  CHECK(plain.middle() == Extents{2, 2});
  CHECK(plain.number_of({1, 3}) == 8);
  const TileGrid dilated(tiled("gna,window=3x3,dilation=2x3", "13x20", "2x2", "2x2"));
  CHECK(dilated.query_tiles() == Extents{4 + 3, 4 + 4 + 3});
}

TEST_CASE("a Q tile's own tokens are where its positions are among the KV tiles") {
  const TileGrid plain(tiled("gna,window=3x3", "9x20", "2x4", "3x8"));
  CHECK(plain.own(0, 1).first == Approx(2 / 3.0));
  CHECK(plain.own(0, 1).last == Approx(4 / 3.0));
  CHECK(plain.own(0, 4).last == Approx(3));  // 9 rows: the last tile has one
  // 7 and 6 tokens of 13: the second group begins at tile 4, though its tokens would fit into 3.5.
  const TileGrid dilated(tiled("gna,window=3x3,dilation=2x1", "13x8", "2x2", "2x2"));
  CHECK(dilated.own(0, 3).last == Approx(3.5));
  CHECK(dilated.own(0, 4).first == Approx(4));
}

TEST_CASE("fewer queries than keys stand at the end") {
  const Layout layout{{1, 8}, {4, 8}};
  const TiledMask last = tile_mask("dense", make_masks(parse_mask("dense"), layout, 1).front().mask,
                                   {TileOrder::multi, KeyTiles::fixed, {1, 4}, {2, 4}});
  const OwnTiles own = TileGrid(last).own(0, 0);
  CHECK(own.first == Approx(1.5));
  CHECK(own.last == Approx(2));
}

TEST_CASE("refuses Q tiles that are not there, and layouts without such a picture") {
  const TileGrid grid(tiled("gna,window=3x3", "9x20", "2x4", "3x8"));
  CHECK(grid.parse("4x4") == Extents{4, 4});
  for (const char* wrong : {"5x0", "1", "1x2x3"})
    CHECK(message_of([&] { (void)grid.parse(wrong); }) ==
          std::string("--query-tile: there are 5x5 Q tiles, counted from 0 per dimension; got '") + wrong + "'");
  CHECK(message_of([] { TileGrid(tiled("causal", "64", "8", "8")); }) ==
        "--query-tile: only multi-dimensional tiles of 2 or 3 dimensions have such a picture, not the tiles of the "
        "layout 64");
  CHECK(
      message_of([] { TileGrid(tiled("dense", "8x8", "8", "8", TileOrder::flat)); }) ==
      "--query-tile: only multi-dimensional tiles of 2 or 3 dimensions have such a picture, not flat tiles of the "
      "layout 8x8");
}

TEST_CASE("says layouts and tiles in words") {
  CHECK(describe_layout({{16384}, {16384}}) == "16,384 tokens");
  CHECK(describe_layout({{30, 48, 80}, {30, 48, 80}}) == "30x48x80 = 115,200 tokens");
  CHECK(describe_layout({{1}, {4096}}) == "1 query, 4,096 keys");
  CHECK(describe_tiles({TileOrder::multi, KeyTiles::fixed, {2, 8}, {4, 8}}) == "Q tiles 2x8, KV tiles 4x8");
  CHECK(describe_tiles({TileOrder::flat, KeyTiles::fixed, {2, 8}, {64}}) ==
        "Q tiles of 16 and KV tiles of 64 flattened tokens");
}

}  // namespace tilewright::test::TEST_FILE
