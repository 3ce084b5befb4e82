#include "report/mask_text.hpp"

#include <catch2/catch.hpp>

#include <sstream>

#include "tests/report/tiled.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::size_t letters(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(
      line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a mask in blocks, or in plain characters") {
  const TiledMask causal = tiled("causal", "16", "4", "4");
  CHECK(mask_text(causal, false) ==
        "Q tiles down, KV tiles across; █ full  ▒ partial  · empty\n"
        "▒▒······\n██▒▒····\n████▒▒··\n██████▒▒\n");
  CHECK(mask_text(causal, true) ==
        "Q tiles down, KV tiles across; # full  + partial  . empty\n"
        "++......\n##++....\n####++..\n######++\n");
}

TEST_CASE("fits a terminal, however many tiles there are") {
  for (const char* layout : {"48", "49", "96", "97", "5000"}) {
    const auto lines = lines_of(mask_text(tiled("causal", layout, "1", "1"), false));
    CHECK(lines.size() <= 50);
    for (std::size_t i = 2; i < lines.size(); ++i) CHECK(letters(lines[i]) <= 96);
  }
  const std::string merged = mask_text(tiled("causal", "500", "1", "1"), true);
  CHECK(merged.find("Each cell stands for 11x6 tiles; one of several kinds is partial.\n") != std::string::npos);
}

TEST_CASE("the KV tiles of a Q tile, with its own marked") {
  const TiledMask plane = tiled("gna,window=3x4", "6x8", "1x2", "1x2");
  CHECK(query_tile_text(plane, TileGrid(plane), {0, 1}, true) ==
        "Q tile 0x1 visits 9 KV tiles, 3 of them full; Q/q: its own\n"
        "++QQ++..\n++##++..\n++##++..\n........\n........\n........\n");
}

TEST_CASE("slices stand side by side, under their numbers") {
  const TiledMask video = tiled("gna,window=1x2x2,stride=1x2x2", "3x4x4", "1x2x2", "1x2x2");
  CHECK(query_tile_text(video, TileGrid(video), {1, 0, 1}, true) ==
        "Q tile 1x0x1 visits 1 KV tiles, 1 of them full; Q/q: its own\n"
        "Slices along dimension 1, by number; dimension 2 down, 3 across\n"
        "0     1     2\n"
        "....  ..QQ  ....\n"
        "....  ....  ....\n");
  const TiledMask longer = tiled("gna,window=3x4x4", "40x24x40", "1x4x4", "1x4x4");
  for (const std::string& line : lines_of(query_tile_text(longer, TileGrid(longer), {0, 0, 0}, false)))
    CHECK(letters(line) <= 96);
}

}  // namespace tilewright::test::TEST_FILE
