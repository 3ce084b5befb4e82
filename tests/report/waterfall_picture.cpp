#include "report/waterfall_picture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>

#include "report/canvas.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct CellBox {
  std::string text;
  Canvas::Area area;
};

/// Where the words of a picture are.
std::vector<CellBox> words_of(const Drawing& drawing) {
  static const std::regex label(
      "set label '([^']*)' at ([-0-9.e+]+),([-0-9.e+]+) (left|center|right) font ',([0-9]+)'.*");
  std::vector<CellBox> boxes;
  std::smatch found;
  for (std::string rest = drawing.script; std::regex_search(rest, found, label); rest = found.suffix()) {
    const int size = std::stoi(found[5]);
    const double width = text_width(found[1], size);
    const double x = std::stod(found[2]) - (found[4] == "center" ? width / 2 : found[4] == "right" ? width : 0);
    const double y = std::stod(found[3]);
    boxes.push_back({found[1], {x, y - 0.4 * size, x + width, y + 0.4 * size}});
  }
  return boxes;
}

bool overlap(const Canvas::Area& a, const Canvas::Area& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

void check_readable(const Waterfall& waterfall, const std::string& title) {
  const Drawing drawing = draw_waterfall(waterfall, title);
  const std::vector<CellBox> words = words_of(drawing);
  for (std::size_t i = 0; i < words.size(); ++i) {
    CAPTURE(words[i].text, drawing.width);
    CHECK(words[i].area.left >= 0);
    CHECK(words[i].area.right <= drawing.width);
    CHECK(words[i].area.bottom <= drawing.height);
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(words[j].text);
      CHECK_FALSE(overlap(words[i].area, words[j].area));
    }
  }
}

bool says(const Waterfall& waterfall, const std::string& text) {
  return std::ranges::count(words_of(draw_waterfall(waterfall, "title")), text, &CellBox::text) > 0;
}

WaterfallRow row(const std::string& name, std::vector<WaterfallBar> bars) { return {name, true, std::move(bars)}; }

Waterfall small() {
  return {
      .group = "all",
      .cycles = 300,
      .tile_cycles = 100,
      .parts = {{"array", 150, {row("A", {{0, 0, 50}, {1, 100, 150}, {2, 200, 250}}), row("B", {{-1, 40, 41}})}},
                {"", 10, {{"A to L3", false, {{5, 0, 90}}}}}}};
}

}  // namespace

TEST_CASE("a waterfall names its rows, units, tiles and the interval between tiles") {
  for (const char* text : {"title", "Group all: a tile (t, t+1, ...) every 100 cycles", "%: how busy units are",
                           "A", "array 50.0 %", "copies", "A to L3", "t", "t+1", "t+2", "100 cycles", "300"})
    CHECK(says(small(), text));
  CHECK_FALSE(says(small(), "t-1"));  // no room in its bar
  CHECK_FALSE(says(small(), "t+5"));  // a copy's tile is not the group's
}

TEST_CASE("words of a waterfall do not overlap, and are within it") {
  check_readable(small(), "title");
  Waterfall other = small();
  other.parts[0].rows[0].name = "NUMERATOR+DENOMINATOR+ANOTHER";
  other.parts[0].name = "THE_LARGE_ARRAY_OF_THEM_ALL";
  check_readable(other, "a title that is so long that it does not fit in one line of a picture for a telephone");
  for (const double scale : {1e-4, 0.3, 7.0, 1e6}) {
    Waterfall scaled = small();
    scaled.cycles *= scale;
    scaled.tile_cycles *= scale;
    for (WaterfallRows& part : scaled.parts)
      for (WaterfallRow& row : part.rows)
        for (WaterfallBar& bar : row.bars) bar = {bar.tile, bar.start * scale, bar.end * scale};
    check_readable(scaled, "title");
  }
}

TEST_CASE("bars of a row that overlap have lanes of their own") {
  Waterfall two = small();
  const int height = draw_waterfall(two, "title").height;
  two.parts[0].rows[0].bars[0].end = 120;
  CHECK(draw_waterfall(two, "title").height == height + 16);
  check_readable(two, "title");
}

TEST_CASE("a picture of less than one interval marks none") {
  Waterfall part = small();
  part.tile_cycles = 400;
  CHECK_FALSE(says(part, "400 cycles"));
}

}  // namespace tilewright::test::TEST_FILE
