#include "explore/advice/tile_choices.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

namespace tilewright {

namespace {

KernelFamily parsed(const std::string& tiles) {
  return parse_kernels(Yaml::parse("kernels:\n  name: n\n  source: s\n  tiles: " + tiles + "\n", "k.yaml"));
}

Layout layout_of(const std::string& text) {
  const Extents extents = parse_extents(text, "layout");
  return {extents, extents};
}

}  // namespace

TEST_CASE("a family of kernels is a list of tiles, of any numbers of dimensions") {
  const KernelFamily kernels = parsed("[{q: 256, kv: 128}, {q: 2x8x8, kv: 4x4x8}, {q: 4x8x8, kv: 2x8x8}]");
  CHECK(kernels.name == "n");
  CHECK(kernels.source == "s");
  CHECK(kernels.tiles.front() == TileChoice{{256}, {128}});
  CHECK(tiles_for(kernels, layout_of("32768")) == std::vector<TileChoice>{{{256}, {128}}});
  CHECK(tiles_for(kernels, layout_of("30x48x80")) ==
        std::vector<TileChoice>{{{2, 8, 8}, {4, 4, 8}}, {{4, 8, 8}, {2, 8, 8}}});
}

TEST_CASE("a family without tiles for a layout says what it has") {
  CHECK(message_of([] { tiles_for(parsed("[{q: 256, kv: 128}, {q: 2x8x8, kv: 4x4x8}]"), layout_of("4x4")); }) ==
        "kernels 'n' have no tiles of 2 dimensions for the layout 4x4; they have 1, 3");
  CHECK(message_of([] { tiles_for(parsed("[{q: 4x4, kv: 4x4}]"), layout_of("16")); }) ==
        "kernels 'n' have no tiles of 1 dimension for the layout 16; they have 2");
  CHECK(message_of([] { tiles_for(parsed("[]"), layout_of("16")); }) ==
        "kernels 'n' have no tiles of 1 dimension for the layout 16; they have none at all");
}

TEST_CASE("a list of tiles that is wrong is refused with its place") {
  CHECK(message_of([] { parsed("[{q: 4x4, kv: 4}]"); }) ==
        "k.yaml:4:11: kernels.tiles[0]: q 4x4 and kv 4 have different numbers of dimensions");
  CHECK(message_of([] { parsed("[{q: 4, kv: 4}, {q: 8, kv: 4}, {q: 4, kv: 4}]"); }) ==
        "k.yaml:4:41: kernels.tiles[2]: q 4 and kv 4 are listed twice");
  CHECK(message_of([] { parsed("[{q: 4, k: 4}]"); }) ==
        "k.yaml:4:18: kernels.tiles[0].k: unknown key; did you mean 'kv'?");
  CHECK(message_of([] { parsed("[{q: 4x0, kv: 4x4}]"); }) ==
        "k.yaml:4:15: kernels.tiles[0].q: q: expected whole numbers from 1 to 2^31 with x between them, as in "
        "30x48x80, got '4x0'");
}

TEST_CASE("a family may say what of the runner it is") {
  const auto runs_of = [](const std::string& runs) {
    return parse_kernels(
               Yaml::parse("kernels:\n  name: n\n  source: s\n  runs: " + runs + "\n  tiles: []\n", "k.yaml"))
        .runs;
  };
  const auto error = [&](const std::string& runs) { return message_of([&] { (void)runs_of(runs); }); };
  CHECK_FALSE(parsed("[]").runs);
  const auto runs = runs_of("{operation: decode, kernels: [a, b], head_dims: [64, 2 * 64], dtypes: [fp16]}");
  CHECK(runs->operation == "decode");
  CHECK(runs->kernels == std::vector<std::string>{"a", "b"});
  CHECK(runs->head_dims == std::vector<Count>{64, 128});
  CHECK(runs->dtypes == std::vector<std::string>{"fp16"});
  CHECK(runs_of("{operation: micro, kernels: [read]}")->head_dims.empty());
  CHECK(error("{operation: decod, kernels: [a]}") ==
        "k.yaml:4:21: kernels.runs.operation: no 'decod'; did you mean 'decode'?");
  CHECK(error("{operation: decode, kernels: []}") ==
        "k.yaml:4:38: kernels.runs.kernels: expected at least one value");
  CHECK(error("{operation: decode, kernels: [a, a]}") ==
        "k.yaml:4:42: kernels.runs.kernels[1]: 'a' is there twice");
  CHECK(error("{operation: decode, kernels: [a]}") == "k.yaml:4:9: kernels.runs: missing key 'head_dims'");
  CHECK(error("{operation: decode, kernels: [a], head_dims: [64], dtypes: [fp8]}") ==
        "k.yaml:4:69: kernels.runs.dtypes[0]: no 'fp8'; known: bf16, fp16");
  CHECK(error("{operation: micro, kernels: [a], dtypes: [bf16]}").find("unknown key") != std::string::npos);
}

TEST_CASE("all shapes of a size are its ordered factorizations") {
  CHECK(tiles_of_size(128, 64, 1) == std::vector<TileChoice>{{{128}, {64}}});
  // 2^7 over 3 dimensions: 9 choose 2; 2^6: 8 choose 2.
  const std::vector<TileChoice> all = tiles_of_size(128, 64, 3);
  CHECK(all.size() == 36 * 28);
  CHECK(std::ranges::all_of(
      all, [](const TileChoice& each) { return tokens_of(each.query) == 128 && tokens_of(each.key) == 64; }));
  CHECK(std::ranges::adjacent_find(all) == all.end());
  CHECK(tiles_of_size(6, 1, 2) ==
        std::vector<TileChoice>{{{1, 6}, {1, 1}}, {{2, 3}, {1, 1}}, {{3, 2}, {1, 1}}, {{6, 1}, {1, 1}}});
}

TEST_CASE("every family of configs/kernels is well-formed") {
  const std::vector<std::string> names = list_configs("kernels");
  REQUIRE_FALSE(names.empty());
  for (const std::string& name : names) {
    INFO(name);
    const KernelFamily kernels = load_kernels(find_config("kernels", name));
    CHECK((!kernels.tiles.empty() || kernels.runs));
  }
}

}  // namespace tilewright
