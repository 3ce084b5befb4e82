#include "mappings/kernel/tiles.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<KernelTile> parsed(const std::string& tiles) {
  return parse_kernel_tiles(Yaml::parse("tiles: " + tiles + "\n", "k.yaml").at("tiles"));
}

std::string error(const std::string& tiles) {
  return message_of([&] { (void)parsed(tiles); });
}

}  // namespace

TEST_CASE("tiles are read with their condition and their data types") {
  const auto tiles = parsed("[{q: 256, kv: 128, when: E <= 64}, {q: 2x8x8, kv: 4x4x8, dtypes: [bf16]}]");
  REQUIRE(tiles.size() == 2);
  CHECK(tiles[0].tiles == TileChoice{{256}, {128}});
  CHECK(tiles[0].holds({.head_dim = 64}));
  CHECK_FALSE(tiles[0].holds({.head_dim = 65}));
  CHECK(tiles[0].dtypes.empty());
  CHECK(tiles[1].tiles == TileChoice{{2, 8, 8}, {4, 4, 8}});
  CHECK(tiles[1].dtypes == std::vector<std::string>{"bf16"});
}

TEST_CASE("tiles that are wrong are refused with their place") {
  CHECK(error("[{q: 4x4, kv: 4}]") == "k.yaml:1:9: tiles[0]: q 4x4 and kv 4 have different numbers of dimensions");
  CHECK(error("[{q: 4, kv: 4}, {q: 8, kv: 4}, {q: 4, kv: 4}]") ==
        "k.yaml:1:39: tiles[2]: q 4 and kv 4 are listed twice");
  CHECK(error("[{q: 4, k: 4}]") == "k.yaml:1:16: tiles[0].k: unknown key; did you mean 'kv'?");
  CHECK(error("[{q: 4, kv: 4, whn: E}]") == "k.yaml:1:23: tiles[0].whn: unknown key; did you mean 'when'?");
  CHECK(error("[{q: 4, kv: 4, when: D <= 64}]").find("tiles[0].when: unknown name 'D'") != std::string::npos);
  CHECK(error("[{q: 4, kv: 4, dtypes: []}]") == "k.yaml:1:31: tiles[0].dtypes: expected at least one value");
  CHECK(error("[{q: 4x0, kv: 4x4}]") ==
        "k.yaml:1:13: tiles[0].q: q: expected whole numbers from 1 to 2^31 with x between them, as in "
        "30x48x80, got '4x0'");
  CHECK(message_of([] {
          (void)parse_tiles(Yaml::parse("{q: 4, kv: 4, when: 1}", "k.yaml"));
        }).find("when: unknown key") != std::string::npos);
}

TEST_CASE("the default is the first whose condition holds, of as many dimensions as the layout has or one") {
  const auto tiles = parsed(
      "[{q: 8, kv: 8, when: E <= 16}, {q: 4x4, kv: 4x2}, {q: 16, kv: 8, when: causal}, {q: 4, kv: 8, when: "
      "window}]");
  const auto default_of = [&](const KernelShape& shape) { return default_tile("fused", tiles, shape).tiles.query; };
  CHECK(default_of({.head_dim = 16}) == Extents{8});
  CHECK(message_of([&] { (void)default_of({.head_dim = 32, .value_dim = 64}); }) ==
        "kernel 'fused' has no tiles for 1 dimensions with heads of 32 and 64");
  CHECK(default_of({.head_dim = 32, .mask = {.causal = true}}) == Extents{16});
  CHECK(default_of({.head_dim = 32, .mask = {.window = true}}) == Extents{4});
  CHECK(default_of({.head_dim = 16, .dimensions = 2}) == Extents{4, 4});
  CHECK(default_of({.head_dim = 16, .dimensions = 3}) == Extents{8});
}

}  // namespace tilewright::test::TEST_FILE
