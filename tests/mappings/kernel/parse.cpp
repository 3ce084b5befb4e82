#include "mappings/kernel/parse.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string error(const KernelText& text) {
  return message_of([&] { (void)small_kernel(text); });
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a kernel's values are read, and what it leaves out has its default") {
  const Kernel kernel = small_kernel();
  CHECK(kernel.name == "fused");
  CHECK(kernel.tiles.size() == 1);
  CHECK(kernel.tiles[0].tiles.query == Extents{16});
  CHECK(kernel.stages == 1);
  CHECK_FALSE(kernel.softmax_under_products);
  CHECK(kernel.copies_hidden);
  CHECK(kernel.element_mask == ElementMask::partial);
  CHECK_FALSE(kernel.schedule.persistent);
  CHECK(kernel.splits.kind == KernelSplits::Kind::fixed);
  const Kernel other =
      small_kernel({.more = "    stages: 3\n    overlap: {softmax: under-products, copies: serial}\n"
                            "    element_mask: visited-unless-full\n"
                            "    schedule: {launch: persistent, queries: longest-first, outer: queries}\n"
                            "    splits: {enough: 0.8, within: 0.85, most: 128}\n"
                            "    pack_heads: true\n    key_tiles: dynamic\n    visits: {SPNV: 0.25}\n"
                            "    after: [{name: reduce, reduces: splits, bandwidth: 0.5}]\n"});
  CHECK(other.stages == 3);
  CHECK(other.softmax_under_products);
  CHECK_FALSE(other.copies_hidden);
  CHECK(other.element_mask == ElementMask::visited_unless_full);
  CHECK(other.schedule.persistent);
  CHECK(other.schedule.longest_first);
  CHECK(other.schedule.queries_outer);
  CHECK(other.splits.kind == KernelSplits::Kind::fill_waves);
  CHECK(other.pack_heads);
  CHECK(other.key_tiles == KeyTiles::dynamic);
  CHECK(other.visits.size() == 1);
  CHECK(other.after[0].reduces_splits);
  CHECK(other.after[0].bandwidth == 0.5);
}

namespace {

// The unit of an operation of an Einsum; "free" where none works on it.
std::string unit_of(const Kernel& kernel, const std::string& einsum, const std::string& kind) {
  const Cascade cascade = one_pass();
  for (const KernelWork& work : kernel.work)
    if (cascade.einsums[work.einsum].name == einsum && work.kind == kind) return small_gpu().units[work.unit].name;
  return "free";
}

}  // namespace

TEST_CASE("operations go to the units of their kind, but where an Einsum is an exception") {
  const Kernel kernel = small_kernel();
  CHECK(unit_of(kernel, "QK", "multiply_add") == "matrix");
  CHECK(unit_of(kernel, "SLNV", "multiply_add") == "matrix");
  CHECK(unit_of(kernel, "SLN", "exp") == "special");
  CHECK(unit_of(kernel, "SLN", "subtract") == "vector");
  CHECK(unit_of(kernel, "SLN", "convert") == "vector");
  CHECK(unit_of(kernel, "RD", "add") == "vector");
  CHECK(unit_of(kernel, "RNV", "add") == "free");
  CHECK(unit_of(kernel, "AV", "divide") == "free");
  const Kernel other = small_kernel({.bind_division = "vector", .einsums = "{PRM: {exp: free}, RD: free}"});
  CHECK(unit_of(other, "RNV", "add") == "vector");
  CHECK(unit_of(other, "RD", "add") == "free");
  CHECK(unit_of(other, "AV", "divide") == "vector");
  CHECK(unit_of(other, "PRM", "exp") == "free");
  CHECK(unit_of(other, "PRM", "subtract") == "vector");
  CHECK(unit_of(other, "SLN", "exp") == "special");
}

TEST_CASE("bound by kind, a kernel takes a cascade with other Einsums") {
  std::string text = KernelText{.einsums = "{}"}.str();
  text.replace(text.find("extra:"), text.find('\n', text.find("extra:")) - text.find("extra:"), "extra: {}");
  std::string cascade = read_file("configs/cascades/attention-1pass.yaml");
  for (std::size_t at = cascade.find("SLN["); at != std::string::npos; at = cascade.find("SLN["))
    cascade.replace(at, 3, "WEIGHT");
  const Kernel kernel = parse_kernel(Yaml::parse(text, "k.yaml"), parse_cascade(Yaml::parse(cascade, "c.yaml")),
                                     small_gpu(), attention_roles());
  CHECK(kernel.work.size() == small_kernel({.einsums = "{}"}).work.size() - 1);  // the conversion
}

TEST_CASE("what is wrong in a kernel file is refused where it stands") {
  CHECK(error({.more = "    stage: 2\n"}) ==
        "k.yaml:19:5: kernel.model.stage: unknown key; did you mean 'stages'?");
  CHECK(error({.bind_division = "vectr"}) ==
        "k.yaml:16:15: kernel.model.bind.divide: 'small' has no unit 'vectr'; did you mean 'vector'?");
  CHECK(error({.bind_exp = "vector"}) ==
        "k.yaml:12:12: kernel.model.bind.exp: unit 'vector' of 'small' has no operation 'exp'");
  CHECK(error({.bind_exp = "special\n      expp: special"}) ==
        "k.yaml:13:13: kernel.model.bind.expp: no kind of operation 'expp'; did you mean 'exp'?");
  CHECK(has(error({.bind_exp = "special\n      sqrt: specal"}), "'small' has no unit 'specal'"));
  CHECK(error({.einsums = "{RNW: free}"}) ==
        "k.yaml:17:20: kernel.model.einsums.RNW: the cascade has no Einsum 'RNW'; did you mean 'RNV'?");
  CHECK(error({.einsums = "{AV: special}"}) ==
        "k.yaml:17:19: kernel.model.einsums.AV: unit 'special' of 'small' has no operation 'divide'");
  CHECK(has(error({.einsums = "{AV: {divide: vector, add: vector}}"}), "kernel.model.einsums.AV.add: unknown key"));
  CHECK(has(error({.tiles = "[{q: 16, kv: 8x2}]"}), "q 16 and kv 8x2 have different numbers of dimensions"));
  CHECK(has(error({.tiles = "[{q: 0, kv: 8}]"}), "kernel.tiles[0].q"));
  CHECK(has(error({.block = "{threads: 128, registers: regs, shared_B: 0}"}), "unknown name 'regs'"));
  CHECK(has(error({.more = "    stages: 2.5\n"}), "kernel.model.stages: expected a whole number"));
  CHECK(has(error({.more = "    element_mask: partly\n"}), "got 'partly'"));
  CHECK(
      has(error({.more = "    visits: {SPNW: 0.1}\n"}), "the cascade has no Einsum 'SPNW'; did you mean 'SPNV'?"));
  CHECK(has(error({.more = "    visits: {SPNV: 2}\n"}), "kernel.model.visits.SPNV"));
  CHECK(has(error({.more = "    after: [{name: a}]\n"}), "expected 'einsums' or 'moves' or 'reduces'"));
  CHECK(has(error({.more = "    polynomial: {share: 0.5, on: special, operations: {add: 2}}\n"}),
            "unit 'special' of 'small' has no operation 'add'"));
}

TEST_CASE("every operation is bound, and without a block every Einsum in a pass") {
  const std::string head = "kernel:\n  name: a\n  model:\n    cascade: attention-naive\n";
  const std::string bind = "    bind: {multiply_add: matrix, exp: special, add: vector, divide: vector}\n";
  const auto read = [](const std::string& text) {
    return message_of([&] {
      (void)parse_kernel(Yaml::parse(text, "k.yaml"), load_cascade("configs/cascades/attention-naive.yaml"),
                         small_gpu(), attention_roles());
    });
  };
  CHECK(read(head + bind + "    after: [{name: a, einsums: [QK, SN, SD, A, AV]}]\n") == "no error");
  CHECK(has(read(head + bind + "    after: [{name: a, einsums: [QK, SN, SD, A]}]\n"), "Einsum 'AV' is in no pass"));
  CHECK(has(read(head + bind + "    after: [{name: a, einsums: [QK, QK]}]\n"), "'QK' is in several passes"));
  CHECK(read(head + "    bind: {multiply_add: matrix}\n") ==
        "k.yaml:5:11: kernel.model.bind: operation 'exp' of Einsum 'SN' has no unit, nor is it 'free'");
  CHECK(has(read(head + bind + "    block: {threads: 1, registers: 1, shared_B: 0}\n"),
            "needs 'ranks', those of its tiles"));
}

TEST_CASE("a fused kernel has tiles, and a kernel without a model says so") {
  std::string text = KernelText{}.str();
  text.erase(text.find("  tiles:"), text.find("  model:") - text.find("  tiles:"));
  const auto read = [](const std::string& kernel) {
    return message_of(
        [&] { (void)parse_kernel(Yaml::parse(kernel, "k.yaml"), one_pass(), small_gpu(), attention_roles()); });
  };
  CHECK(read(text) == "k.yaml:2:3: kernel: missing key 'tiles'");
  CHECK(read("kernel:\n  name: a\n  runs: {operation: micro, kernels: [a]}\n") ==
        "k.yaml:2:3: kernel: kernel 'a' has no 'model': it can be measured, but nothing is predicted of it");
  CHECK(
      message_of(
          [] { (void)kernel_cascade(Yaml::parse("kernel: {name: a, tiles: [{q: 1, kv: 1}]}", "k.yaml")); }) ==
      "k.yaml:1:9: kernel: kernel 'a' has no 'model': it has tiles to choose from, but nothing is predicted of it");
}

TEST_CASE("a kernel's tiles are those of the keys") {
  const std::string shipped = read_file("configs/kernels/flash-attention-2.yaml");
  const auto with_ranks = [&](const std::string& ranks, const AttentionRanks& roles = attention_roles()) {
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
  AttentionRanks other = attention_roles();
  std::swap(other.queries, other.keys);
  CHECK(has(with_ranks("tile: M0, tiles: M1", other), "no partition of the keys into these tiles"));
  other = attention_roles();
  other.keys = "N";
  CHECK(has(with_ranks("tile: M0, tiles: M1", other), "cascade 'attention-1pass' has no rank 'N'"));
  other = attention_roles();
  other.value_dim = "E";
  CHECK(has(with_ranks("tile: M0, tiles: M1", other), "rank 'F' of cascade 'attention-1pass' has no role"));
}

TEST_CASE("every kernel of configs/ is right for the machines that it is for") {
  const auto parse = [](const std::string& kernel, const std::string& arch) {
    const Yaml yaml = Yaml::load(find_kernel(kernel));
    REQUIRE(is_kernel(yaml));
    return message_of([&] {
      (void)parse_kernel(yaml, load_cascade(find_config("cascades", kernel_cascade(yaml))),
                         ArchFile::load(find_config("archs", "gpu/" + arch)).with(), attention_roles());
    });
  };
  for (const char* kernel : {"flash-attention-2", "natten-fna-ampere", "split-kv", "unfused", "pipelined"})
    for (const char* arch : {"a100-sxm4-80gb", "h100-sxm5", "h100-pcie", "h200"})
      CHECK(parse(kernel, arch) == "no error");
  for (const char* kernel : {"flash-attention-3", "cudnn-sdpa", "natten-fna-hopper"})
    for (const char* arch : {"h100-sxm5", "h100-pcie", "h200"}) CHECK(parse(kernel, arch) == "no error");
  CHECK(parse("flash-attention-xe", "b60") == "no error");
  for (const char* arch : {"a100-pcie-80gb", "h800-sxm5", "h20", "rtx-pro-6000"})
    CHECK(parse("flash-attention-2", arch) == "no error");
  for (const char* kernel : {"flash-attention-4", "natten-fna-blackwell"})
    CHECK(parse(kernel, "b200") == "no error");
  CHECK(has(parse("flash-attention-2", "b200"), "'b200' has no unit 'tensor_cores_sync'"));
  for (const char* kernel : {"causal-convolution",
                             "causal-convolution-qkv",
                             "causal-convolution-by-channel",
                             "causal-convolution-update",
                             "delta-rule-update",
                             "delta-rule-chunks",
                             "delta-rule-chunks-stateless",
                             "delta-rule-fused",
                             "kda-chunks",
                             "kda-fused",
                             "index-scores",
                             "index-scores-paged",
                             "index-top-k",
                             "index-top-k-alike",
                             "latent-attention-chosen",
                             "latent-attention-compressed",
                             "latent-attention-module",
                             "score-keys",
                             "choose-top-k",
                             "choose-threshold",
                             "choose-sort"})
    for (const char* arch : {"a100-sxm4-80gb", "h100-sxm5", "h200", "b200", "b300", "gb200", "l40s"})
      CHECK(parse(kernel, arch) == "no error");
}

}  // namespace tilewright::test::TEST_FILE
