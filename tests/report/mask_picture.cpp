#include "report/mask_picture.hpp"

#include <catch2/catch.hpp>

#include "report/gnuplot.hpp"
#include "tests/report/tiled.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string svg_of(const Drawing& drawing) {
  return picture_files({drawing}, "title", false).at(drawing.name + ".svg");
}

}  // namespace

TEST_CASE("a picture names the mask, the layout, the tiles, their counts and both axes") {
  const std::string script = draw_mask(tiled("causal", "1024", "128", "64")).script;
  for (const char* words :
       {"'causal'", "'1,024 tokens; Q tiles 128, KV tiles 64'", "'56 full'", "'16 partial'",
        "'56 empty of 128 pairs of tiles'", "'Q tiles of 128 queries'", "'KV tiles of 64 keys'"})
    CHECK(has(script, words));
  CHECK_FALSE(has(script, "Each cell"));
}

TEST_CASE("full, partial and empty have three colours; empty is painted first, full last") {
  const std::string script = draw_mask(tiled("causal", "1024", "128", "64")).script;
  const std::size_t plot = script.find("plot ");
  const std::size_t empty = script.find("#EEEEEE", plot);
  const std::size_t partial = script.find("#E69F00", plot);
  const std::size_t full = script.find("#0072B2", plot);
  CHECK(empty < partial);
  CHECK(partial < full);
  CHECK(full != std::string::npos);
}

TEST_CASE("a large map has at most a thousand cells a side, and says so") {
  const Drawing large = draw_mask(tiled("causal", "8000", "1", "1"));
  CHECK(large.width < 1200);
  CHECK(large.height < 1300);
  CHECK(has(large.script, "'Each cell stands for 8x8 tiles; one of several kinds is partial.'"));
}

TEST_CASE("scattered tiles are merged until their rectangles are few") {
  const Drawing scattered = draw_mask(tiled("random-blocks,keep=100,block=1", "1000", "1", "1"));
  CHECK(count(scattered.script, "\n") < 31000);
  CHECK(has(scattered.script, "Each cell stands for"));
}

TEST_CASE("a row of one tile is high enough to see, with its axis below") {
  const TiledMask row = tiled("dense", "4096", "4096", "128");
  CHECK(has(draw_mask(row).script, "'KV tiles of 128 keys; down: Q tiles of 4096 queries'"));
}

TEST_CASE("a long mixture is broken into lines within the canvas") {
  const std::string text =
      "(sliding,left=100,right=200 | blocked,window=512) & (documents,lengths=300/200/500/1048) | "
      "sink,sinks=4,window=9";
  const std::string script = draw_mask(tiled(text, "2048", "128", "128")).script;
  CHECK_FALSE(has(script, text));
  CHECK(has(script, "'(sliding,left=100,right=200 | "));
}

TEST_CASE("each Q tile has a panel with its own tokens outlined, each slice one") {
  const TiledMask plane = tiled("gna,window=5x6,stride=2x2", "12x16", "2x2", "2x2");
  const TileGrid grid(plane);
  const Drawing two = draw_query_tiles(plane, grid, {{0, 0}, {2, 5}});
  CHECK(has(two.script, "'Q tile 0x0: visits 9, 6 of them full'"));
  CHECK(has(two.script, "'Q tile 2x5: visits 9, 6 of them full'"));
  CHECK(count(two.script, "'#000000' lw 2") == 2);
  const TiledMask video = tiled("gna,window=3x4x4", "6x8x8", "2x4x4", "1x4x4");
  const Drawing slices = draw_query_tiles(video, TileGrid(video), {{1, 0, 1}});
  CHECK(count(slices.script, "'#000000' lw 2") == 2);  // the Q tile's two slices
  CHECK(count(slices.script, "'#777777'") == 3 + 6);   // the legend, and a panel per slice
}

TEST_CASE("an SVG has the rectangles as paths of whole pixels, and nothing of the program that drew it") {
  if (!has_gnuplot()) return;
  const std::string svg = svg_of(draw_mask(tiled("blocked,window=8", "16", "2", "2")));
  CHECK(has(svg, "<title>title</title>"));
  CHECK_FALSE(has(svg, "GNUPLOT"));
  CHECK_FALSE(has(svg, "Gnuplot"));
  CHECK_FALSE(has(svg, "<polygon"));
  CHECK_FALSE(has(svg, "<defs>"));
  CHECK(count(svg, "<path fill=") == 3);
  // Two windows of four tiles, each of 40 pixels a side, one behind the other, after the legend's sample.
  CHECK(has(svg, "h160v160h-160zm160 160h160v160h-160z'/>"));
}

TEST_CASE("a picture of many tiles is a small file, the same every time") {
  if (!has_gnuplot()) return;
  const TiledMask causal = tiled("causal", "8000", "1", "1");
  const std::string svg = svg_of(draw_mask(causal));
  CHECK(svg.size() < 60000);
  CHECK(svg == svg_of(draw_mask(causal)));
  CHECK(picture_files({draw_mask(causal)}, "title", true).contains("mask.png"));
}

}  // namespace tilewright::test::TEST_FILE
