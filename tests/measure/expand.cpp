#include "measure/expand.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "tests/common/messages.hpp"
#include "tests/measure/small_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<std::string> names(const std::vector<plan::Row>& rows) {
  std::vector<std::string> all;
  for (const plan::Row& row : rows) all.push_back(row.point);
  return all;
}

std::string error(const std::string& more, const std::string& kernels = "fast.yaml") {
  const SmallSuite small;
  return small.short_of(message_of([&] { small.rows(SmallSuite::group(more, kernels)); }));
}

std::vector<plan::Row> shipped(const std::string& name) {
  return expand(parse_measure_suite(Yaml::load(find_config("suites", name))));
}

}  // namespace

TEST_CASE("a point is every kernel with every chosen tile at every place of the grid") {
  const auto rows = SmallSuite().rows(
      SmallSuite::group("      over: {tokens: [512, 1 << 10]}\n      keys: \"{tokens}\"\n      tiles: all\n",
                        "fast.yaml, peer.yaml"));
  CHECK(names(rows) == std::vector<std::string>{"g/fast/tokens=512/64:64", "g/fast/tokens=512/128:64",
                                                "g/peer/tokens=512", "g/fast/tokens=1024/64:64",
                                                "g/fast/tokens=1024/128:64", "g/peer/tokens=1024"});
  CHECK(rows[3].keys == Extents{1024});
  CHECK(rows[3].queries == rows[3].keys);
  CHECK(rows[3].kv_heads == 4);
  CHECK(rows[3].batch == 1);
  CHECK(rows[3].mask == "dense");
  CHECK(rows[3].seed == 5);
  CHECK(rows[2].q_tile.empty());
}

TEST_CASE("expressions and texts take axes and names of let; when leaves points out") {
  const auto rows = SmallSuite().rows(SmallSuite::group(
      "      over: {share: [0.25, 0.5, 1], layout: [8x8, 12x20]}\n      let: {left: 64 * share, more: "
      "2 * left}\n      when: share < 1\n      keys: \"{layout}\"\n      mask: \"gna,window=4x4\"\n"
      "      tiles: [{q: 8x8, kv: 8x8}]\n      batch: more / 32\n      permuted: share > 0.3\n"
      "      repetitions: left\n"));
  CHECK(names(rows) ==
        std::vector<std::string>{"g/fast/share=0.25/layout=8x8/8x8:8x8", "g/fast/share=0.25/layout=12x20/8x8:8x8",
                                 "g/fast/share=0.5/layout=8x8/8x8:8x8", "g/fast/share=0.5/layout=12x20/8x8:8x8"});
  CHECK(rows[0].batch == 1);
  CHECK(rows[2].batch == 2);
  CHECK_FALSE(rows[0].permuted);
  CHECK(rows[2].permuted);
  CHECK(rows[0].repetitions == 16);
}

TEST_CASE("points are in the order of their priorities, which places of the grid may have in turn") {
  const std::string grid = "      over: {tokens: [1, 2, 3, 4]}\n      keys: \"{tokens}\"\n      tiles: all\n";
  const auto order = [&](const std::string& priority) {
    std::string tokens;
    for (const plan::Row& row : SmallSuite().rows(SmallSuite::group(grid + priority, "peer.yaml")))
      tokens += std::to_string(row.keys.front());
    return tokens;
  };
  CHECK(order("") == "1234");
  CHECK(order("      priority: \"tokens == 3 ? 0 : 1\"\n") == "3124");
  CHECK(order("      priority: [1, 4 - tokens, 2]\n") == "1423");
  CHECK(order("      priority: [5, 1]\n") == "2413");
}

TEST_CASE("priorities are whole numbers") {
  const std::string grid = "      keys: 64\n      tiles: all\n      priority: ";
  CHECK(error(grid + "-1\n", "peer.yaml").ends_with("expected a whole number of at least 0, got -1"));
  CHECK(error(grid + "0.5\n", "peer.yaml").ends_with("expected a whole number of at least 0, got 0.5"));
  CHECK(error(grid + "[]\n", "peer.yaml").ends_with("expected at least one number"));
}

TEST_CASE("a comma in a name becomes a semicolon") {
  const auto rows =
      SmallSuite().rows(SmallSuite::group("      over: {mask: [\"sliding,left=7\"]}\n      keys: 512\n      mask: "
                                          "\"{mask}\"\n      tiles: [{q: 64, kv: 64}]\n"));
  CHECK(names(rows) == std::vector<std::string>{"g/fast/mask=sliding;left=7/64:64"});
  CHECK(rows[0].mask == "window=8,causal=1");
}

TEST_CASE("a kernel with tiles of its own gets the first tiles for blocks alone") {
  const auto rows = SmallSuite().rows(
      SmallSuite::group("      over: {pattern: [causal, \"documents,lengths=256/256\"]}\n      keys: 512\n"
                        "      mask: \"{pattern}\"\n      tiles: [{q: 128, kv: 64}, {q: 64, kv: 64}]\n",
                        "peer.yaml"));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].q_tile.empty());
  CHECK(rows[0].blocks.empty());
  CHECK(rows[1].q_tile == Extents{128});
  CHECK(rows[1].kv_tile == Extents{64});
  CHECK(rows[1].blocks == "128x64:f0f00f0f");
}

TEST_CASE("microbenchmarks have no shapes") {
  const auto rows = SmallSuite().rows("    - {name: m, kernels: [micro.yaml], repetitions: 7}\n");
  CHECK(names(rows) == std::vector<std::string>{"m/read", "m/write"});
  CHECK(rows[0].repetitions == 7);
  CHECK(rows[0].keys.empty());
}

TEST_CASE("what a kernel has not is refused with the point") {
  const std::string keys = "      keys: 512\n      tiles: all\n";
  const std::string at = "suite.yaml:9:7: measure.groups[0]: ";
  CHECK(error(keys + "      kv_heads: 3\n") == at + "point 'g/fast': 3 kv_heads do not divide 4 heads");
  CHECK(error(keys + "      splits: 2\n") ==
        at + "point 'g/fast': splits are of kernels that decode, and 'fast' does not");
  CHECK(error(keys + "      splits: 0\n").starts_with("no error"));
  CHECK(error("      keys: 512x512x2\n      tiles: all\n") ==
        at +
            "point 'g/fast': kernel 'fast' has none of the tiles for the layout 512x512x2 and heads of 64 in bf16");
  CHECK(error("      keys: 16x32\n      queries: 512\n      tiles: all\n") ==
        at + "point 'g/fast': queries 512 and keys 16x32 have different numbers of dimensions");
  CHECK(error(keys + "      over: {d: [64, 96]}\n      let: {x: d}\n").starts_with("no error"));
  const SmallSuite small;
  const auto group = [&](const std::string& dtype, const std::string& dim) {
    return small.short_of(message_of([&] {
      small.rows("    - {name: g, kernels: [fast.yaml], dtype: " + dtype + ", heads: 4, head_dim: " + dim +
                 ", keys: 512, tiles: all}\n");
    }));
  };
  CHECK(group("bf16", "96") == at + "point 'g/fast': kernel 'fast' has no head dimension 96; it has 64");
  CHECK(group("fp16", "64") == at + "point 'g/fast': kernel 'fast' has no data type 'fp16'; known: bf16");
  CHECK(group("bf16", "64 / 3").find("expected a whole number of at least 1, got 21.33") != std::string::npos);
}

TEST_CASE("a mask that no kernel computes is refused at its place, with the point") {
  CHECK(
      error("      keys: 512\n      tiles: all\n      mask: sliding,left=3,right=4\n") ==
      "suite.yaml:16:13: measure.groups[0].mask: point 'g/fast/64:64': mask 'sliding,left=3,right=4': the kernels "
      "cannot compute it: it is no product of windows, and its pairs are not whole tiles of 64 x 64 tokens");
  CHECK(
      error("      keys: 512\n      tiles: all\n      mask: gna,window=600\n").find("point 'g/fast/64:64': gna") !=
      std::string::npos);
}

TEST_CASE("two points of one name are refused") {
  CHECK(error("      keys: 512\n      tiles: all\n", "fast.yaml, fast.yaml") ==
        "suite.yaml: measure.groups: two points are named 'g/fast/64:64'");
}

TEST_CASE("points are chosen by a part of their names") {
  const auto rows = SmallSuite().rows(SmallSuite::group("      keys: 512\n      tiles: all\n"));
  CHECK(names(only(rows, "128")) == std::vector<std::string>{"g/fast/128:64"});
  CHECK(message_of([&] { only(rows, "256"); }) ==
        "--only 256: none of the 2 points has that in its name, as 'g/fast/64:64' has");
}

TEST_CASE("the shipped suite covers what it is for") {
  const std::vector<plan::Row> rows = shipped("kernels");
  const auto count = [&](auto holds) { return std::ranges::count_if(rows, holds); };
  CHECK(count([](const plan::Row& row) { return !row.is_peer(); }) >= 400);
  for (const std::string& operation : plan::operations())
    CHECK(count([&](const plan::Row& row) { return row.operation == operation; }) > 0);
  for (const char* group : {"random-blocks", "banded-blocks", "clustered-blocks"}) {
    std::set<std::string> bitmaps;
    for (const plan::Row& row : rows)
      if (row.group == group) bitmaps.insert(row.blocks);
    INFO(group);
    CHECK(bitmaps.size() == 10);
    CHECK_FALSE(bitmaps.contains(""));
  }
  for (const auto& [group, dimensions] : {std::pair("line", 1), std::pair("image", 2), std::pair("video", 3)}) {
    std::set<std::string> strides;
    std::set<std::string> tiles;
    for (const plan::Row& row : rows)
      if (row.group == group && row.kernel == "pipelined") {
        CHECK(row.keys.size() == static_cast<std::size_t>(dimensions));
        strides.insert(row.mask);
        tiles.insert(to_text(row.q_tile) + ":" + to_text(row.kv_tile));
      }
    INFO(group);
    CHECK(strides.size() >= 3);
    CHECK(tiles.size() >= 3);
  }
}

}  // namespace tilewright::test::TEST_FILE
