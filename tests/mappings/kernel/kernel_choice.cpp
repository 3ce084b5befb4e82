#include "mappings/kernel/kernel_choice.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const KernelText open{
    .tiles = "[{q: 16, kv: 8}, {q: 4x4, kv: 2x4}]",
    .block = "{threads: 128, registers: 128, shared_B: (q * E + stages * kv * (E + F)) * word_B}",
    .more = "    stages: 2\n    key_tiles: [dynamic, fixed]\n    after: [{name: sum, reduces: splits}]\n"};

// A folder with that kernel, and files of choices of it.
class Choices {
 public:
  explicit Choices(const KernelText& text = open) { write_file(folder_.path() / "fused.yaml", text.str()); }

  [[nodiscard]] Yaml file(const std::string& text) const {
    return Yaml::parse(text, (folder_.path() / "chosen.yaml").string());
  }
  [[nodiscard]] Kernel kernel(const std::string& text) const {
    return parse_kernel(file(text), one_pass(), small_gpu(), attention_roles());
  }
  [[nodiscard]] Kernel chosen(const std::string& choose) const {
    return kernel("kernel: {from: fused.yaml, choose: " + choose + "}\n");
  }
  [[nodiscard]] std::string error(const std::string& choose) const {
    const std::string message = message_of([&] { (void)chosen(choose); });
    const std::string folder = folder_.path().string() + "/";
    return message.starts_with(folder) ? message.substr(folder.size()) : message;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("what is not chosen of a kernel is as in its file") {
  const Choices files;
  const Kernel kernel = files.chosen("{}");
  CHECK(kernel.name == "fused");
  CHECK_FALSE(kernel.chosen_tiles);
  CHECK(kernel.stages == 2);
  CHECK(kernel.key_tiles == KeyTiles::dynamic);
  CHECK(key_tiles_of(kernel) == std::vector{KeyTiles::dynamic, KeyTiles::fixed});
  CHECK(query_order_of(kernel.schedule) == QueryOrder::ascending);
}

TEST_CASE("a file of choices is read back to the same kernel") {
  const Choices files;
  KernelChoice choice;
  choice.tiles = TileChoice{{4, 8}, {8, 2}};
  choice.key_tiles = KeyTiles::fixed;
  choice.stages = 3;
  choice.splits = 5;
  choice.queries = QueryOrder::longest_first;
  choice.queries_outer = true;
  choice.pad = {12, 64};
  const std::string text = to_yaml(choice, "fused.yaml", "a test");
  CHECK(text ==
        "kernel:\n  from: fused.yaml\n  description: \"a test\"\n  choose:\n    q_tile: 4x8\n    kv_tile: 8x2\n"
        "    kv_tiling: static\n    stages: 3\n    splits: 5\n    queries: longest-first\n    outer: queries\n"
        "    pad: 12x64\n");
  CHECK(parse_kernel_file(files.file(text)).chosen == choice);
  const Kernel kernel = files.kernel(text);
  CHECK(kernel.chosen_tiles == TileChoice{{4, 8}, {8, 2}});
  CHECK(kernel.key_tiles == KeyTiles::fixed);
  CHECK(kernel.stages == 3);
  CHECK(kernel.splits.count.evaluate({}) == 5);
  CHECK(kernel.schedule.longest_first);
  CHECK(kernel.schedule.queries_outer);
  CHECK(kernel.pad == Extents{12, 64});
}

TEST_CASE("what a kernel has not to choose is refused") {
  const Choices files;
  CHECK(files.error("{q_tile: 4}") ==
        "chosen.yaml:1:36: kernel.choose: expected both of 'q_tile' and 'kv_tile', or neither");
  CHECK(files.error("{q_tile: 4, kv_tile: 2x2}") ==
        "chosen.yaml:1:36: kernel.choose: q 4 and kv 2x2 have different numbers of dimensions");
  CHECK(files.error("{kv_tiling: gathered}") ==
        "chosen.yaml:1:48: kernel.choose.kv_tiling: the KV tiles of kernel 'fused' are dynamic, static");
  CHECK(files.error("{queries: up}").find("kernel.choose.queries: expected one of them, got 'up'") !=
        std::string::npos);
  CHECK(files.error("{order: up}").find("kernel.choose.order: unknown key") != std::string::npos);
  const Choices closed(KernelText{});
  CHECK(
      closed.error("{stages: 3}") ==
      "chosen.yaml:1:45: kernel.choose.stages: kernel 'fused' does not say what a stage takes: no 'stages' in its "
      "'block'");
  CHECK(closed.error("{splits: 3}") ==
        "chosen.yaml:1:45: kernel.choose.splits: kernel 'fused' has nothing that adds the parts of a split up");
}

TEST_CASE("a choice is of a kernel that is there, and says nothing else of it") {
  const Choices files;
  const auto error = [&](const std::string& text) { return message_of([&] { (void)files.kernel(text); }); };
  CHECK(error("kernel: {from: fused.yaml, choose: {}, tiles: []}\n").find("kernel.tiles: unknown key") !=
        std::string::npos);
  CHECK(error("kernel: {from: fused.yaml}\n").find("kernel: missing key 'choose'") != std::string::npos);
  CHECK(error("kernel: {from: flash-attention-9, choose: {}}\n").find("kernel.from: ") != std::string::npos);
}

TEST_CASE("KV tilings of a file are of three words, each once") {
  const auto error = [](const std::string& list) {
    return message_of([&] { (void)small_kernel({.more = "    key_tiles: " + list + "\n"}); });
  };
  CHECK(error("[fixed, fixed]").find("key_tiles[1]: 'fixed' is there twice") != std::string::npos);
  CHECK(error("[]").find("key_tiles: expected at least one of fixed, dynamic, gathered") != std::string::npos);
  CHECK(error("[static]").find("key_tiles[0]: expected one of them, got 'static'") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
