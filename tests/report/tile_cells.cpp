#include "report/tile_cells.hpp"

#include <catch2/catch.hpp>

#include "tests/report/tiled.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// One letter per cell: full, partial, empty.
std::string letters(const TileCells& cells, Count slice = 0) {
  std::string text;
  for (Count row = 0; row < cells.cells[1]; ++row) {
    for (Count column = 0; column < cells.cells[2]; ++column)
      text += "epf"[static_cast<int>(cells.at(slice, row, column))];
    text += ' ';
  }
  return text;
}

}  // namespace

TEST_CASE("a cell is a tile where there is room") {
  const TileCells cells = map_cells(tiled("causal", "16", "4", "4").map, 4, 4);
  CHECK(letters(cells) == "peee fpee ffpe fffp ");
  CHECK_FALSE(cells.merged());
  CHECK(cells.note().empty());
}

TEST_CASE("a cell of several tiles is partial unless all are alike") {
  const TileCells cells = map_cells(tiled("causal", "32", "4", "4").map, 4, 2);
  CHECK(letters(cells) == "pe pe fp fp ");
  CHECK(cells.note() == "Each cell stands for 2x4 tiles; one of several kinds is partial.");
  // 5 tiles by twos: the last cell has one.
  CHECK(letters(map_cells(tiled("dense", "20", "4", "4").map, 3, 3)) == "fff fff fff ");
}

TEST_CASE("the KV tiles of a Q tile lie on their grid") {
  const TiledMask plane = tiled("gna,window=3x3", "6x8", "1x1", "1x1");
  const TileGrid grid(plane);
  CHECK(letters(query_tile_cells(plane.map, grid, {0, 4}, {1, 9, 9})) ==
        "eeefffee eeefffee eeefffee eeeeeeee eeeeeeee eeeeeeee ");
  const TiledMask video = tiled("gna,window=1x2x2,stride=1x2x2", "3x4x4", "1x2x2", "1x2x2");
  const TileCells slices = query_tile_cells(video.map, TileGrid(video), {1, 0, 1}, {9, 9, 9});
  CHECK(slices.cells == CellBox{3, 2, 2});
  CHECK(letters(slices, 0) == "ee ee ");
  CHECK(letters(slices, 1) == "ef ee ");
  const TileCells merged = query_tile_cells(video.map, TileGrid(video), {1, 0, 1}, {2, 2, 2});
  CHECK(letters(merged, 0) == "ep ee ");
  CHECK(merged.note() == "Each cell stands for 2x1x1 tiles; one of several kinds is partial.");
}

TEST_CASE("rectangles cover the cells of a kind once, and only those") {
  for (const char* text : {"causal", "sliding,left=9,right=5", "strided,stride=8", "sink,sinks=4,window=9"}) {
    const TileCells cells = map_cells(tiled(text, "64", "4", "2").map, 99, 99);
    for (const TileKind kind : {TileKind::empty, TileKind::partial, TileKind::full}) {
      ByCount<int> covered(cells.kinds.size(), 0);
      for (const CellRectangle& each : rectangles_of(cells, 0, kind))
        for (Count row = each.top; row < each.bottom; ++row)
          for (Count column = each.left; column < each.right; ++column)
            ++covered[static_cast<std::size_t>(row * cells.cells[2] + column)];
      for (Count i = 0; i < covered.size(); ++i) REQUIRE(covered[i] == (cells.kinds[i] == kind ? 1 : 0));
    }
  }
}

TEST_CASE("equal runs of neighbouring rows are one rectangle") {
  const TileCells cells = map_cells(tiled("blocked,window=8", "16", "2", "2").map, 99, 99);
  CHECK(rectangles_of(cells, 0, TileKind::full) == std::vector<CellRectangle>{{0, 0, 4, 4}, {4, 4, 8, 8}});
}

}  // namespace tilewright::test::TEST_FILE
