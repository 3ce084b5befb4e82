#include "mappings/space/kernel_mapspace.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

KernelMapspace parsed(const std::string& keys, const std::vector<std::size_t>& demanded = {}) {
  return parse_kernel_mapspace(Yaml::parse("mapspace: {" + keys + "}\n", "s.yaml"), demanded);
}

std::string error(const std::string& keys) {
  return message_of([&] { (void)parsed(keys); });
}

}  // namespace

TEST_CASE("tiles are demanded by tokens, by extents, or by both") {
  const auto allows = [](const std::string& tiles, const Extents& tile) {
    return parsed("q_tile: " + tiles).query_tile.front().values.has(tile);
  };
  CHECK(allows("64", {64}));
  CHECK(allows("64", {4, 16}));
  CHECK_FALSE(allows("64", {32}));
  CHECK(allows("[64, 2x8x8]", {2, 8, 8}));
  CHECK(allows("[64, 2x8x8]", {1, 8, 8}));
  CHECK_FALSE(allows("[64, 2x8x8]", {8, 8, 2}));
  CHECK_FALSE(allows("2x8x8", {64}));
  CHECK(allows("{from: 32, to: 64}", {6, 6}));
  CHECK_FALSE(allows("{from: 32, to: 64}", {5, 6}));
}

TEST_CASE("each key of a space of kernels demands one thing") {
  const KernelMapspace space = parsed(
      "kv_tile: 8, kv_tiling: dynamic, stages: {to: 3}, splits: [1, 4], queries: [descending], outer: queries");
  CHECK(space.key_tile.front().values.has({8}));
  CHECK(space.key_tiles.front().values == std::vector{KeyTiles::dynamic});
  CHECK(space.stages.front().values.has(2));
  CHECK_FALSE(space.stages.front().values.has(4));
  CHECK_FALSE(space.splits.front().values.has(2));
  CHECK(space.queries.front().values == std::vector{QueryOrder::descending});
  CHECK(space.queries_outer.front().values == std::vector{true});
  CHECK(space.splits.front().path == "mapspace.splits");
  CHECK(space.any());
  CHECK_FALSE(parsed("").any());
}

TEST_CASE("what is preferred of kernels is read, and demanded where that is asked for") {
  const std::string text = "q_tile: [64, 128], prefer: [{q_tile: 64, stages: 2}, {q_tile: 128}]";
  CHECK(parsed(text).query_tile.size() == 1);
  CHECK(parsed(text).stages.empty());
  const KernelMapspace first = parsed(text, {0});
  REQUIRE(first.query_tile.size() == 2);
  CHECK(first.query_tile.back().path == "mapspace.prefer[0].q_tile");
  CHECK(first.stages.size() == 1);
  CHECK(parsed(text, {0, 1}).query_tile.size() == 3);
  CHECK(error("prefer: [{stages: 0}]").find("mapspace.prefer[0].stages: ") != std::string::npos);
  CHECK(error("prefer: [{tiles: {M: 4}}]").find("mapspace.prefer[0].tiles: is for nests of loops; of kernels ") !=
        std::string::npos);
  CHECK(error("prefer: [{}]") == "s.yaml:1:21: mapspace.prefer[0]: expected at least one key");
}

TEST_CASE("what is for nests of loops is refused by name, and so is what no kernel has") {
  CHECK(error("fuse: [[QK, SN]]") ==
        "s.yaml:1:18: mapspace.fuse: is for nests of loops; of kernels a file may say q_tile, kv_tile, kv_tiling, "
        "stages, splits, queries, outer");
  CHECK(error("imperfect: [M]").find("mapspace.imperfect: is for nests of loops") != std::string::npos);
  CHECK(error("tile: 4").find("mapspace.tile: unknown key") != std::string::npos);
  CHECK(error("q_tile: []") == "s.yaml:1:20: mapspace.q_tile: expected at least one element");
  CHECK(error("q_tile: [{from: 4}]") ==
        "s.yaml:1:21: mapspace.q_tile[0]: expected a number of tokens, or extents, as in 2x8x8");
  CHECK(error("kv_tile: 2xx").find("mapspace.kv_tile: ") != std::string::npos);
  CHECK(error("kv_tiling: fixed").find("mapspace.kv_tiling: expected one of them, got 'fixed'") !=
        std::string::npos);
  CHECK(error("queries: []") == "s.yaml:1:21: mapspace.queries: expected at least one element");
  CHECK(error("splits: 0").find("mapspace.splits: ") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
