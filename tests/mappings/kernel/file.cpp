#include "mappings/kernel/file.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

KernelFile parsed(const std::string& keys) {
  return parse_kernel_file(Yaml::parse("kernel:\n  name: n\n" + keys, "k.yaml"));
}

std::string error(const std::string& keys) {
  return message_of([&] { (void)parsed(keys); });
}

Layout layout_of(const std::string& text) {
  const Extents extents = parse_extents(text, "layout");
  return {extents, extents};
}

std::vector<TileChoice> tiles_of(const std::string& keys, const std::string& layout, double head_dim = 128) {
  return tiles_for(parsed(keys), layout_of(layout), {.head_dim = head_dim});
}

}  // namespace

TEST_CASE("a kernel file has sections that others read") {
  const KernelFile kernel = parsed(
      "  description: d\n  source: s\n  tiles: [{q: 4, kv: 4}]\n  chooses_tiles: true\n  runs: {a: 1}\n"
      "  model: {b: 1}\n  calibrations: {c: 1}\n");
  CHECK(kernel.name == "n");
  CHECK(kernel.description == "d");
  CHECK(kernel.source == "s");
  CHECK(kernel.tiles.size() == 1);
  CHECK(kernel.chooses_tiles);
  CHECK(kernel.runs->find("a"));
  CHECK(kernel.model->find("b"));
  CHECK(kernel.calibrations->find("c"));
  CHECK_FALSE(parsed("  runs: {}\n").model);
}

TEST_CASE("a file that is no kernel's is refused") {
  CHECK(error("  tile: []\n") == "k.yaml:3:3: kernel.tile: unknown key; did you mean 'tiles'?");
  CHECK(error("  chooses_tiles: maybe\n  runs: {}\n").find("kernel.chooses_tiles") != std::string::npos);
  CHECK(error("  source: s\n") ==
        "k.yaml:2:3: kernel: expected at least one of 'runs', 'tiles', 'model' and 'calibrations'");
  CHECK(message_of([] { (void)parse_kernel_file(Yaml::parse("kernels: {}\n", "k.yaml")); }) ==
        "k.yaml:1:1: kernels: unknown key; did you mean 'kernel'?");
  CHECK(message_of([] { (void)parse_kernel_file(Yaml::parse("kernel: {tiles: []}\n", "k.yaml")); }) ==
        "k.yaml:1:9: kernel: missing key 'name'");
}

TEST_CASE("tiles for a layout have its dimensions, and a condition that holds") {
  const std::string tiles =
      "  tiles: [{q: 256, kv: 128}, {q: 2x8x8, kv: 4x4x8}, {q: 4x8x8, kv: 2x8x8, when: E <= 64}]\n";
  CHECK(tiles_of(tiles, "32768") == std::vector<TileChoice>{{{256}, {128}}});
  CHECK(tiles_of(tiles, "30x48x80", 64) == std::vector<TileChoice>{{{2, 8, 8}, {4, 4, 8}}, {{4, 8, 8}, {2, 8, 8}}});
  CHECK(tiles_of(tiles, "30x48x80") == std::vector<TileChoice>{{{2, 8, 8}, {4, 4, 8}}});
}

TEST_CASE("of a kernel that chooses its tiles only those are left that it takes") {
  const std::string tiles =
      "  tiles: [{q: 192, kv: 128, when: E <= 64}, {q: 128, kv: 128}]\n  chooses_tiles: true\n";
  CHECK(tiles_of(tiles, "4096", 64) == std::vector<TileChoice>{{{192}, {128}}});
  CHECK(tiles_of(tiles, "4096") == std::vector<TileChoice>{{{128}, {128}}});
  CHECK(message_of([&] { (void)tiles_of(tiles, "16x16"); }) ==
        "kernel 'n' has no tiles of 2 dimensions for the layout 16x16; it has 1");
}

TEST_CASE("a kernel without tiles for a layout says what it has") {
  CHECK(message_of([] { (void)tiles_of("  tiles: [{q: 256, kv: 128}, {q: 2x8x8, kv: 4x4x8}]\n", "4x4"); }) ==
        "kernel 'n' has no tiles of 2 dimensions for the layout 4x4; it has 1, 3");
  CHECK(message_of([] { (void)tiles_of("  tiles: [{q: 4x4, kv: 4x4}]\n", "16"); }) ==
        "kernel 'n' has no tiles of 1 dimension for the layout 16; it has 2");
  CHECK(message_of([] { (void)tiles_of("  tiles: [{q: 4, kv: 4, when: E <= 64}]\n", "16", 96); }) ==
        "kernel 'n' has no tiles of 1 dimension for heads of 96");
  CHECK(message_of([] { (void)tiles_of("  runs: {}\n", "16"); }) ==
        "kernel 'n' has no tiles of 1 dimension for the layout 16; it has none at all");
}

TEST_CASE("a mapping is a nest of loops or a kernel, under one name") {
  CHECK(find_mapping("fusemax/binding") == home() / "configs/mappings/fusemax/binding.yaml");
  CHECK(find_mapping("flash-attention-3") == home() / "configs/kernels/flash-attention-3.yaml");
  CHECK(find_mapping("gpu/flash-attention-3") == find_kernel("flash-attention-3"));  // as before release 0.2
  CHECK(find_kernel("gpu/flash-attention-3") == find_kernel("flash-attention-3"));
  CHECK(message_of([] { (void)find_mapping("flash-attention-33"); }) ==
        "no 'flash-attention-33' in configs/mappings or configs/kernels, nor is it a file; did you mean "
        "'flash-attention-3'?");
  CHECK(message_of([] {
          (void)find_kernel("fusemax/binding");
        }).starts_with("no 'fusemax/binding' in configs/kernels"));
}

TEST_CASE("every file of configs/kernels is of the kernel that it is named after, and no nest has its name") {
  const std::vector<std::string> names = list_configs("kernels");
  REQUIRE(names.size() > 20);
  for (const std::string& name : names) {
    INFO(name);
    const KernelFile kernel = load_kernel_file(find_kernel(name));
    CHECK(kernel.name == name);
    CHECK_FALSE(kernel.description.empty());
    CHECK(find_mapping(name) == find_kernel(name));
  }
}

}  // namespace tilewright::test::TEST_FILE
