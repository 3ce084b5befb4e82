#include "mappings/kernel/parse.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

using namespace tilewright;
using test::KernelText;

namespace {

std::string error(const KernelText& text) {
  return message_of([&] { (void)test::small_kernel(text); });
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a kernel's values are read, and what it leaves out has its default") {
  const Kernel kernel = test::small_kernel();
  CHECK(kernel.name == "fused");
  CHECK(kernel.tiles.size() == 1);
  CHECK(kernel.tiles[0].query == Extents{16});
  CHECK(kernel.stages == 1);
  CHECK_FALSE(kernel.softmax_under_products);
  CHECK(kernel.copies_hidden);
  CHECK(kernel.element_mask == ElementMask::partial);
  CHECK_FALSE(kernel.schedule.persistent);
  CHECK(kernel.splits.kind == KernelSplits::Kind::fixed);
  const Kernel other =
      test::small_kernel({.more = "  stages: 3\n  overlap: {softmax: under-products, copies: serial}\n"
                                  "  element_mask: visited-unless-full\n"
                                  "  schedule: {launch: persistent, queries: longest-first, outer: queries}\n  "
                                  "splits: {enough: 0.8, within: 0.85, most: 128}\n"
                                  "  pack_heads: true\n  key_tiles: dynamic\n  visits: {SPNV: 0.25}\n"
                                  "  after: [{name: reduce, reduces: splits, bandwidth: 0.5}]\n"});
  CHECK(other.stages == 3);
  CHECK(other.softmax_under_products);
  CHECK_FALSE(other.copies_hidden);
  CHECK(other.element_mask == ElementMask::visited_unless_full);
  CHECK(other.schedule.persistent);
  CHECK(other.schedule.longest_first);
  CHECK(other.schedule.queries_outer);
  CHECK(other.splits.kind == KernelSplits::Kind::fill_waves);
  CHECK(other.pack_heads);
  CHECK(other.dynamic_key_tiles);
  CHECK(other.visits.size() == 1);
  CHECK(other.after[0].reduces_splits);
  CHECK(other.after[0].bandwidth == 0.5);
}

TEST_CASE("the first tile whose condition and dimensions hold is the default") {
  const Kernel kernel = test::small_kernel({.tiles = "[{q: 8, kv: 8, when: E <= 16}, {q: 4x4, kv: 4x2, when: "
                                                     "dimensions == 2}, {q: 16, kv: 8, when: causal}]"});
  KernelShape shape{.head_dim = 16, .value_dim = 16, .word_B = 2, .dimensions = 1, .causal = false};
  CHECK(default_tile(kernel, shape).query == Extents{8});
  shape.head_dim = 32;
  CHECK(has(message_of([&] { (void)default_tile(kernel, shape); }), "has no tiles for 1 dimensions"));
  shape.causal = true;
  CHECK(default_tile(kernel, shape).query == Extents{16});
  shape.dimensions = 2;
  CHECK(default_tile(kernel, shape).query == Extents{4, 4});
}

TEST_CASE("what is wrong in a kernel file is refused where it stands") {
  CHECK(error({.more = "  stage: 2\n"}) == "k.yaml:21:3: kernel.stage: unknown key; did you mean 'stages'?");
  CHECK(has(error({.bind_division = "vectr"}),
            "kernel.bind.AV: 'small' has no unit 'vectr'; did you mean 'vector'?"));
  CHECK(has(error({.bind_division = "special"}), "unit 'special' of 'small' has no operation 'divide'"));
  CHECK(has(error({.bind_division = "{divide: vector, add: vector}"}), "kernel.bind.AV.add: unknown key"));
  CHECK(has(error({.tiles = "[{q: 16, kv: 8x2}]"}), "expected as many dimensions as 'q' has"));
  CHECK(has(error({.tiles = "[{q: 0, kv: 8}]"}), "kernel.tiles[0].q"));
  CHECK(has(error({.block = "{threads: 128, registers: regs, shared_B: 0}"}), "unknown name 'regs'"));
  CHECK(has(error({.more = "  stages: 2.5\n"}), "kernel.stages: expected a whole number"));
  CHECK(has(error({.more = "  element_mask: partly\n"}), "got 'partly'"));
  CHECK(has(error({.more = "  visits: {SPNW: 0.1}\n"}), "the cascade has no Einsum 'SPNW'; did you mean 'SPNV'?"));
  CHECK(has(error({.more = "  visits: {SPNV: 2}\n"}), "kernel.visits.SPNV"));
  CHECK(has(error({.more = "  after: [{name: a}]\n"}), "expected 'einsums' or 'moves' or 'reduces'"));
  CHECK(has(error({.more = "  after: [{name: a, moves: [LM]}]\n"}), "no input or output 'LM'"));
  CHECK(has(error({.more = "  after: [{name: a, moves: [Q], bandwidth: 0}]\n"}), "expected more than 0"));
  CHECK(has(error({.more = "  polynomial: {share: 0.5, on: special, operations: {add: 2}}\n"}),
            "unit 'special' of 'small' has no operation 'add'"));
}

TEST_CASE("every Einsum is bound, and without a block in a pass") {
  const std::string head = "kernel:\n  name: a\n  cascade: attention-naive\n";
  const std::string bind = "  bind: {QK: matrix, SN: special, SD: vector, A: vector, AV: matrix}\n";
  const auto read = [](const std::string& text) {
    return message_of([&] {
      (void)parse_kernel(Yaml::parse(text, "k.yaml"), load_cascade("configs/cascades/attention-naive.yaml"),
                         test::small_arch(), test::attention_roles());
    });
  };
  CHECK(read(head + bind + "  after: [{name: a, einsums: [QK, SN, SD, A, AV]}]\n") == "no error");
  CHECK(has(read(head + bind + "  after: [{name: a, einsums: [QK, SN, SD, A]}]\n"), "Einsum 'AV' is in no pass"));
  CHECK(has(read(head + bind + "  after: [{name: a, einsums: [QK, QK]}]\n"), "'QK' is in several passes"));
  CHECK(has(read(head + "  bind: {QK: matrix}\n"), "Einsum 'SN' has no unit, nor is it 'free'"));
  CHECK(has(read(head + bind + "  block: {threads: 1, registers: 1, shared_B: 0}\n"),
            "needs 'ranks', those of its tiles"));
}

TEST_CASE("a kernel's tiles are those of the keys") {
  const std::string shipped = read_file("configs/mappings/gpu/flash-attention-2.yaml");
  const auto with_ranks = [&](const std::string& ranks, const AttentionRanks& roles = test::attention_roles()) {
    std::string text = shipped;
    const std::size_t from = text.find("  ranks: {");
    text.replace(from, text.find('\n', from) - from, "  ranks: {" + ranks + "}");
    return message_of([&] {
      (void)parse_kernel(Yaml::parse(text, "k.yaml"), load_cascade("configs/cascades/attention-1pass.yaml"),
                         ArchFile::load("configs/archs/gpu/a100-sxm4-80gb.yaml").with(), roles);
    });
  };
  CHECK(with_ranks("tile: M0, tiles: M1") == "no error");
  CHECK(has(with_ranks("tile: M1, tiles: M0"), "no partition of the keys into these tiles"));
  CHECK(has(with_ranks("tile: M, tiles: M1"), "no partition of the keys into these tiles"));
  CHECK(has(with_ranks("tile: M0"), "missing key 'tiles'"));
  AttentionRanks other = test::attention_roles();
  std::swap(other.queries, other.keys);
  CHECK(has(with_ranks("tile: M0, tiles: M1", other), "no partition of the keys into these tiles"));
  other = test::attention_roles();
  other.keys = "N";
  CHECK(has(with_ranks("tile: M0, tiles: M1", other), "cascade 'attention-1pass' has no rank 'N'"));
  other = test::attention_roles();
  other.value_dim = "E";
  CHECK(has(with_ranks("tile: M0, tiles: M1", other), "rank 'F' of cascade 'attention-1pass' has no role"));
}

TEST_CASE("every kernel of configs/ is right for the machines that it is for") {
  const auto parse = [](const std::string& kernel, const std::string& arch) {
    const Yaml yaml = Yaml::load(find_config("mappings", "gpu/" + kernel));
    REQUIRE(is_kernel(yaml));
    return message_of([&] {
      (void)parse_kernel(yaml, load_cascade(find_config("cascades", kernel_cascade(yaml))),
                         ArchFile::load(find_config("archs", "gpu/" + arch)).with(), test::attention_roles());
    });
  };
  for (const char* kernel : {"flash-attention-2", "natten-fna-ampere", "split-kv", "unfused"})
    for (const char* arch : {"a100-sxm4-80gb", "h100-sxm5", "h100-pcie", "h200"})
      CHECK(parse(kernel, arch) == "no error");
  for (const char* kernel : {"flash-attention-3", "cudnn-sdpa", "natten-fna-hopper"})
    for (const char* arch : {"h100-sxm5", "h100-pcie", "h200"}) CHECK(parse(kernel, arch) == "no error");
  for (const char* kernel : {"flash-attention-4", "natten-fna-blackwell"})
    CHECK(parse(kernel, "b200") == "no error");
  CHECK(has(parse("flash-attention-2", "b200"), "'b200' has no unit 'tensor_cores_sync'"));
}
