#include "sim/kernel/traffic.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/requests.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

PreparedKernel with_cache(const Attention& problem, double capacity_B, const KernelText& text = {}) {
  Arch arch = small_gpu();
  arch.levels[LevelId::at(1)].capacity_B = capacity_B;
  return prepare(small_kernel(text), one_pass(), arch, problem);
}

double outermost_B(const Attention& problem, double capacity_B, const KernelText& text = {}) {
  return with_cache(problem, capacity_B, text).read_B[LevelId::at(0)];
}

constexpr double token_B = 2 * 32 * 2;

}  // namespace

TEST_CASE("every block fetches its tiles from the memory above; the outermost reads once what stays below it") {
  Attention problem = small_problem("dense", 64, 4);
  problem.kv_heads = 2;
  const PreparedKernel prepared = prepare_small(problem);
  const double query_B = 64 * 4 * 32 * 2;
  CHECK(prepared.read_B[LevelId::at(1)] == query_B + 4 * 4 * 64 * 64 * 2);
  CHECK(prepared.read_B.front() == query_B + 2 * 64 * 64 * 2);
  CHECK(prepared.write_B.front() == query_B);
  CHECK(prepared.read_B[LevelId::at(2)] == 0);
}

TEST_CASE("keys that do not stay are read again with every turn of their head's blocks, never more than fetched") {
  Attention problem = small_problem("dense", 16384);  // 2 MiB of K and V over 1 MB
  const PreparedKernel prepared = prepare_small(problem);
  const double once = 16384.0 * 64 * 2;
  const double turns = 1024 / prepared.slots();
  CHECK(prepared.read_B.front() == once / 2 + once * turns);
  CHECK(prepared.read_B.front() <= prepared.read_B[LevelId::at(1)]);
}

TEST_CASE("gathered tiles fetch the keys that blocks need, by whole accesses, and an index of each unit") {
  const Attention problem = small_problem("vertical-slash,columns=3/17", 64);
  const double query_B = 64 * 32 * 2;
  const PreparedKernel tokens = prepare_small(problem, {.more = "    key_tiles: gathered\n"});
  CHECK(tokens.blocks.fetched_keys == 1 + 3 * 2);  // of Q tiles of 16
  CHECK(tokens.read_B[LevelId::at(1)] == query_B + 7 * 64 * 2 + 7 * 4);
  const PreparedKernel pages = prepare_small(problem, {.more = "    key_tiles: gathered\n    gather: 4\n"});
  CHECK(pages.blocks.fetched_keys == 4 * 7);
  CHECK(pages.blocks.gathered_units == 7);
}

TEST_CASE("a split writes the parts of 32 bits, and its reduction reads them") {
  const PreparedKernel prepared = prepare_small(
      small_problem("dense", 16), {.more = "    splits: 2\n    after: [{name: r, reduces: splits}]\n"});
  const double parts_B = 2 * 16 * (32 + 2) * 4;
  CHECK(prepared.write_B.front() == parts_B);
  REQUIRE(prepared.passes.size() == 1);
  CHECK(prepared.passes[0].read_B == parts_B);
  CHECK(prepared.passes[0].write_B == 16 * 32 * 2);
  CHECK(prepare_small(small_problem("dense", 16), {.more = "    after: [{name: r, reduces: splits}]\n"})
            .passes.empty());
}

TEST_CASE("tokens are permuted where tiles are no runs of them") {
  const KernelText text{.tiles = "[{q: 16, kv: 8, when: dimensions == 1}, {q: 4x4, kv: 4x2}]",
                        .more = "    before: [{name: p, moves: [Q, K, V], bandwidth: 0.5}]\n"};
  Attention plane = small_problem("dense", 64);
  CHECK(prepare_small(plane, text).passes.empty());
  plane.requests[0].layout = {{8, 8}, {8, 8}};
  plane.requests[0].masks = make_masks(parse_mask("dense"), plane.requests[0].layout, 1);
  const PreparedKernel prepared = prepare_small(plane, text);
  REQUIRE(prepared.passes.size() == 1);
  CHECK(prepared.passes[0].read_B == 3 * 64 * 32 * 2);
  CHECK(prepared.passes[0].write_B == prepared.passes[0].read_B);
  CHECK(prepared.passes[0].bandwidth == 0.5);
}

TEST_CASE("a pass that states what it takes counts tokens of all requests, of whatever length") {
  const KernelText text{.more =
                            "    after:\n      - {name: cache, read_B: queries * kv_heads * (E + F) * word_B,\n"
                            "         write_B: keys * cache_B, multiply_adds: heads * queries * E,\n"
                            "         operations: {exp: requests * longest}, bandwidth: 0.5,\n"
                            "         blocks: requests * heads, steps: longest, step_cycles: 7, resident: 2}\n"};
  Attention problem = small_requests("3*5x9,2*40x70", "causal", 4);
  problem.kv_heads = 2;
  problem.words.key_B = 1;
  problem.words.value_B = 1;
  for (const Attention& each : {problem, apart(problem)}) {
    const PreparedKernel prepared = prepare_small(each, text);
    REQUIRE(prepared.passes.size() == 1);
    const PreparedPass& pass = prepared.passes[0];
    CHECK(pass.read_B == (3 * 5 + 2 * 40) * 2 * 64 * 2);
    CHECK(pass.write_B == 3 * 9 + 2 * 70);
    CHECK(pass.matrix_cycles == 4 * 95 * 32 / (4 * 64.0));
    CHECK(pass.softmax_cycles == 5 * 40 / (4 * 4.0));
    CHECK(pass.unit_cycles[prepared.arch.unit("special")] == pass.softmax_cycles);
    CHECK(pass.step_cycles == 3 * 40 * 7);  // 20 blocks in turns of 8
    CHECK(pass.bandwidth == 0.5);
  }
}

TEST_CASE("a pass knows the mask and the parts of a split, and there is none where its condition does not hold") {
  const auto passes = [](const std::string& mask, const std::string& when) {
    return prepare_small(
               small_problem(mask, 64),
               {.more = "    splits: 2\n    after: [{name: a, write_B: splits * 10 + causal * 100 + window * "
                        "1000, when: " +
                        when + "}]\n"})
        .passes;
  };
  CHECK(passes("dense", "1")[0].write_B == 20);
  CHECK(passes("causal", "1")[0].write_B == 120);
  CHECK(passes("sliding,left=7", "1")[0].write_B == 1120);
  CHECK(passes("causal", "causal")[0].write_B == 120);
  CHECK(passes("dense", "causal").empty());
  CHECK(passes("dense", "splits == 2").size() == 1);
}

TEST_CASE("a kernel without any pass that has something to do is refused") {
  const std::string text =
      "kernel:\n  name: a\n  model:\n    cascade: attention-1pass\n"
      "    after: [{name: a, read_B: 1, when: causal}]\n";
  const Kernel kernel = parse_kernel(Yaml::parse(text, "k.yaml"), one_pass(), small_gpu(), attention_roles());
  const auto error = [&](const std::string& mask) {
    return message_of([&] { (void)prepare(kernel, one_pass(), small_gpu(), small_problem(mask, 64)); });
  };
  CHECK(error("causal") == "no error");
  CHECK(error("dense") == "kernel 'a' does nothing here: the 'when' of none of its passes holds");
}

TEST_CASE("a pass that states no amount is refused, at its place") {
  const auto error = [](const std::string& keys) {
    return message_of([&] {
      (void)prepare_small(small_problem("dense", 64), {.more = "    after: [{name: a, " + keys + "}]\n"});
    });
  };
  CHECK(error("read_B: queries - 65") == "k.yaml:19:31: kernel.model.after[0].read_B: expected 0 or more, got -1");
  CHECK(error("read_B: queries - 65, when: queries > 64") == "no error");
  CHECK(error("operations: {exp: 1 / causal}") ==
        "k.yaml:19:41: kernel.model.after[0].operations.exp: expected 0 or more, got inf");
  CHECK(error("multiply_adds: 0 / 0, when: 1 / 0") ==
        "k.yaml:19:51: kernel.model.after[0].when: expected 0 or more, got inf");
}

TEST_CASE("under a window every key is read once, however long the sequence is") {
  for (const Count tokens : {2048, 16384, 131072}) {
    const Attention problem = small_problem("sliding,left=255", tokens);
    CHECK(prepare_small(problem).read_B[LevelId::at(0)] == static_cast<double>(tokens) * (32 * 2 + token_B));
  }
}

TEST_CASE("query heads that take turns read the keys that they share again, once these do not stay") {
  Attention problem = small_problem("sliding,left=255", 16384, 4);  // 2 MiB of K and V of a KV head
  problem.kv_heads = 2;
  const double query_B = 4 * 16384 * 32 * 2;
  CHECK(outermost_B(problem, 3e6) == query_B + 2 * 16384 * token_B);
  CHECK(outermost_B(problem, 1e6) == query_B + 4 * 16384 * token_B);
  // Side by side they share them while they are there.
  CHECK(outermost_B(problem, 1e6, {.more = "    schedule: {outer: queries}\n"}) == query_B + 2 * 16384 * token_B);
  for (const char* swizzle : {"group", "4", "8", "1000"})
    CHECK(outermost_B(problem, 1e6, {.more = fmt::format("    schedule: {{swizzle: {}}}\n", swizzle)}) ==
          query_B + 2 * 16384 * token_B);
}

TEST_CASE("requests whose keys outgrow the memory below read them with every turn, others once") {
  // 16 Q tiles in turns of 8 blocks; 4 MB and 512 KB of keys over 1 MB.
  const Attention problem = small_requests("256x32000,256x4000", "dense");
  REQUIRE(prepare_small(problem).slots() == 8);
  const double query_B = 2 * 256 * 32 * 2;
  CHECK(outermost_B(problem, 1e6) == query_B + (2 * 32000 + 4000) * token_B);
  // Three heads side by side: 48 blocks in six turns, each of the three KV heads in all of them.
  const Attention heads = small_requests("256x32000,256x4000", "dense", 3);
  CHECK(outermost_B(heads, 1e6) == 3 * query_B + 3 * (2 * 32000 + 4000) * token_B);
  CHECK(outermost_B(heads, 1e6, {.more = "    schedule: {swizzle: 3}\n"}) ==
        3 * query_B + 3 * (6 * 32000 + 6 * 4000) * token_B);
}

TEST_CASE("packed documents read what a batch of them reads") {
  for (const char* lengths : {"256/256/256/256", "1024/4096/512", "8192/8192/64"}) {
    const std::string mask = fmt::format("documents,lengths={},causal=1", lengths);
    Attention batch = small_problem("causal", 1, 2);
    batch.requests.clear();
    Count tokens = 0;
    for (const Count length : parse_extents(
             [&] {
               std::string text = lengths;
               std::ranges::replace(text, '/', 'x');
               return text;
             }(),
             "lengths")) {
      batch.requests.push_back(small_problem("causal", length, 2).requests.front());
      tokens += length;
    }
    const Attention packed = small_problem(mask, tokens, 2);
    INFO(mask);
    CHECK(outermost_B(packed, 1.2e6) == outermost_B(batch, 1.2e6));
  }
}

TEST_CASE("heads of a KV head that differ need what any of them needs") {
  Attention problem = small_problem("dense", 256, 4);
  problem.kv_heads = 1;
  problem.requests.front().masks =
      make_masks(parse_mask("1 * dense + 3 * sliding,left=15"), problem.requests.front().layout, 4);
  CHECK(prepare_small(problem).read_B[LevelId::at(0)] == 4 * 256 * 32 * 2 + 256 * token_B);
}

TEST_CASE("a larger memory below never raises what is read, between once and what all blocks fetch") {
  std::mt19937 random(9);
  const auto any = [&](const std::vector<std::string>& values) { return values[random() % values.size()]; };
  for (int i = 0; i < 60; ++i) {
    const std::string mask =
        any({"dense", "causal", "sliding,left=100", "sliding,left=900,right=900", "1 * dense + 1 * sliding,left=63",
             "gna,window=101,dilation=5", "documents,lengths=600/300/124,causal=1", "!sliding,left=300,right=300"});
    const Count tokens = 1024;
    Attention problem = small_problem(mask, tokens, 4);
    problem.kv_heads = static_cast<double>(1 << random() % 3);
    problem.requests.front().times = static_cast<double>(random() % 3 + 1);
    KernelText text{.more = any({"", "    schedule: {queries: descending}\n", "    schedule: {outer: queries}\n",
                                 "    schedule: {queries: longest-first}\n", "    schedule: {swizzle: group}\n",
                                 "    schedule: {queries: descending, swizzle: 3}\n", "    splits: 3\n",
                                 "    splits: {keys: 200}\n", "    splits: stream\n"})};
    INFO(mask << text.more << problem.kv_heads << " KV heads");
    const double query_B = problem.query_rows() * problem.query_row_B();
    const double slack = text.more.find("stream") == std::string::npos ? 1e-12 : 0.01;  // a sample of its turns
    double before = query_B + with_cache(problem, 1e9, text).blocks.fetched_keys * token_B;
    for (double capacity_B = 1e4; capacity_B < 4e6; capacity_B *= 1.5) {
      const double now = outermost_B(problem, capacity_B, text);
      CHECK(now <= before * (1 + slack));
      CHECK(now >= query_B + needs_of(problem).keys * token_B);
      before = now;
    }
  }
}

}  // namespace tilewright::test::TEST_FILE
