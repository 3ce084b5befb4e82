// Kernels over batches of unequal requests.
#include "tests/sim/kernel/requests.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "sim/kernel/cycle/block_queue.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// KV tiles that blocks visit, in launch order.
std::vector<double> visits(const Blocks& blocks) {
  std::vector<double> all;
  BlockQueue queue(blocks);
  while (const auto block = queue.next()) all.push_back(block->full + block->partial);
  return all;
}

std::vector<double> launched(const std::string& schedule, const std::string& requests, const std::string& mask) {
  const std::string more = schedule.empty() ? "" : "    schedule: {" + schedule + "}\n";
  return visits(prepare_small(small_requests(requests, mask, 2), {.more = more}).blocks);
}

class RandomBatches {
 public:
  std::size_t from(std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random_);
  }
  std::mt19937& generator() { return random_; }

  Attention next() {
    std::string requests;
    for (std::size_t left = from(1, 4); left > 0; --left) {
      const std::size_t keys = from(1, 200);
      const std::size_t queries = from(0, 1) == 0 ? 1 : from(1, keys);
      requests += fmt::format("{}{}*{}x{}", requests.empty() ? "" : ",", from(1, 3), queries, keys);
    }
    const std::vector<std::string> masks{"dense", "causal", "sliding,left=20", "2 * dense + 2 * causal"};
    Attention problem = small_requests(requests, masks[from(0, 3)], 4);
    problem.kv_heads = static_cast<double>(from(0, 1) == 0 ? 4 : 2);
    return problem;
  }
  std::string kernel() {
    const std::vector<std::string> all{"",
                                       "    pack_heads: true\n",
                                       "    schedule: {queries: descending}\n",
                                       "    schedule: {outer: queries}\n",
                                       "    schedule: {queries: longest-first}\n",
                                       "    splits: 3\n",
                                       "    splits: stream\n",
                                       "    splits: {count: 3, lengths: longest}\n",
                                       "    splits: {keys: 48}\n",
                                       "    pack_heads: true\n    splits: {least_keys: 16}\n",
                                       "    splits: {enough: 0.8, within: 0.85, most: 128}\n"};
    return all[from(0, all.size() - 1)];
  }

 private:
  std::mt19937 random_{5};
};

}  // namespace

TEST_CASE("blocks are launched request by request, or Q tile by Q tile over all requests that have it") {
  using Visits = std::vector<double>;
  CHECK(launched("", "16x64,48x48", "dense") == Visits{8, 8, 6, 6, 6, 6, 6, 6});
  CHECK(launched("", "16x64,48x48", "causal") == Visits{8, 8, 2, 4, 6, 2, 4, 6});
  CHECK(launched("queries: descending", "16x64,48x48", "causal") == Visits{8, 8, 6, 4, 2, 6, 4, 2});
  CHECK(launched("outer: queries", "16x64,48x48", "causal") == Visits{8, 8, 2, 2, 4, 4, 6, 6});
  CHECK(launched("queries: descending, outer: queries", "16x64,48x48", "causal") == Visits{6, 6, 4, 4, 2, 2, 8, 8});
  CHECK(launched("queries: longest-first", "16x64,48x48", "causal") == Visits{8, 8, 6, 6, 4, 4, 2, 2});
  CHECK(launched("outer: queries", "2*16x64,48x48", "1 * dense + 1 * causal") ==
        Visits{8, 8, 6, 8, 8, 2, 6, 4, 6, 6});
  CHECK(launched("", "2*16x64,48x48", "1 * dense + 1 * causal") == Visits{8, 8, 8, 8, 6, 6, 6, 2, 4, 6});
}

TEST_CASE("a number of splits that fills waves is for all requests the one of the longest") {
  const std::string rule = "    splits: {enough: 0.8, within: 0.85, most: 128}\n";
  const Kernel kernel = small_kernel({.more = rule});
  const Attention problem = small_requests("1x64,1x8", "dense");
  const Tiling tiling{.query_tile = {16}, .key_tile = {8}};
  const Blocks blocks = blocks_of(kernel, {problem, tiling}, shape_of(problem, tiling), {8, 8});
  CHECK(blocks.splits == 4);
  CHECK(visits(blocks) == std::vector<double>{2, 2, 2, 2, 1, 0, 0, 0});
  CHECK(blocks.count() == 8);
}

TEST_CASE("decoding over caches of unequal length reads each of them once") {
  Attention problem = small_requests("1x100,1x4000,1x77,1x32000", "causal", 8);
  problem.kv_heads = 2;
  const double keys_B = (100 + 4000 + 77 + 32000.0) * 2 * (32 + 32) * 2;
  const double query_B = 4 * 8 * 32 * 2;
  for (const char* more : {"", "    pack_heads: true\n"}) {
    const PreparedKernel prepared = prepare_small(problem, {.more = more});
    CHECK(prepared.read_B.front() == keys_B + query_B);
    CHECK(prepared.write_B.front() == query_B);
  }
  const PreparedKernel split = prepare_small(
      problem, {.more = "    pack_heads: true\n    splits: 5\n    after: [{name: r, reduces: splits}]\n"});
  CHECK(split.read_B.front() == keys_B + query_B);
  CHECK(split.write_B.front() == 5 * 4 * 8 * (32 + 2) * 4);
  REQUIRE(split.passes.size() == 1);
  CHECK(split.passes[0].write_B == query_B);
}

TEST_CASE("a split writes partial outputs of the parts that each request has") {
  // 4 query heads share a Q tile, of 2 KV heads; 13 and 500 KV tiles of 8 keys.
  Attention problem = small_requests("1x100,1x4000", "causal", 8);
  problem.kv_heads = 2;
  const double read_B = (100 + 4000.0) * 2 * (32 + 32) * 2 + 2 * 8 * 32 * 2;
  const double row_B = (32 + 2) * 4;
  struct Expected {
    const char* splits;
    std::vector<double> visits;
    double rows;
  };
  for (const Expected& expected : {
           // Every request in as many parts: of its own length, or of that of the longest, where most have no keys.
           Expected{"4", {4, 4, 3, 3, 3, 3, 3, 3}, 4 * 16},
           Expected{"{count: 4, lengths: longest}", {13, 13, 0, 0, 0, 0, 0, 0}, 4 * 16},
           // Of 1024 keys: one part of the one, four of the other.
           Expected{"{keys: 1024}", {13, 13}, 8 * 1 + 8 * 4},
       }) {
    INFO(expected.splits);
    const PreparedKernel prepared = prepare_small(
        problem, {.more = std::string("    pack_heads: true\n    splits: ") + expected.splits + "\n"});
    std::vector<double> of_short = visits(prepared.blocks);
    of_short.resize(expected.visits.size());
    std::ranges::sort(of_short, std::ranges::greater{});
    CHECK(of_short == expected.visits);
    CHECK(prepared.blocks.visits() == 2 * 513);
    CHECK(prepared.blocks.partial_rows == expected.rows);
    for (const KernelResult& result : {estimate(prepared, {}), simulate(prepared, {})}) {
      CHECK(result.level_read_B.front() == Approx(read_B));
      CHECK(result.level_write_B.front() == Approx(expected.rows * row_B));
    }
  }
}

TEST_CASE("a split of some Q tiles alone writes partial outputs of their rows, and of the others once") {
  // Q tiles of 16 and 4 queries visit 2 and 3 KV tiles: in parts of two, one and two.
  const PreparedKernel prefill = prepare_small(small_problem("causal", 20), {.more = "    splits: {keys: 16}\n"});
  CHECK(prefill.blocks.partial_rows == 16 * 1 + 4 * 2);
  CHECK(prefill.write_B.front() == 24 * (32 + 2) * 4);
  // 4 Q tiles of 36 queries, each of 6 KV tiles.
  Attention plane = small_problem("dense", 36);
  plane.requests[0].layout = {{6, 6}, {6, 6}};
  plane.requests[0].masks = make_masks(parse_mask("dense"), plane.requests[0].layout, 1);
  CHECK(prepare_small(plane, {.tiles = "[{q: 4x4, kv: 4x2}]", .more = "    splits: {keys: 8}\n"})
            .blocks.partial_rows == 36 * 6);
}

TEST_CASE("requests of one query are causal beside others, by themselves they are not") {
  CHECK(shape_of(small_requests("1x40,8x20", "causal")).mask.causal);
  CHECK_FALSE(shape_of(small_requests("1x40,1x20", "causal")).mask.causal);
  CHECK_FALSE(shape_of(small_requests("1x40,8x20", "dense")).mask.causal);
  CHECK(shape_of(small_requests("8x40,8x20", "sliding,left=3")).mask ==
        MaskProperties{.causal = true, .window = true});
}

TEST_CASE("a list of requests is what the same batch is, and its order changes no byte", "[cycle]") {
  RandomBatches random;
  for (int i = 0; i < 100; ++i) {
    const Attention problem = random.next();
    const KernelText text{.more = random.kernel()};
    INFO(text.more << problem.requests.size() << " requests, " << problem.requests[0].masks[0].text);
    PreparedKernel batch;
    try {
      batch = prepare_small(problem, text);
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find("must have one mask") != std::string::npos);
      continue;
    }
    const PreparedKernel list = prepare_small(apart(problem), text);
    CHECK(visits(list.blocks) == visits(batch.blocks));
    CHECK(list.read_B == batch.read_B);
    CHECK(list.write_B == batch.write_B);
    CHECK(estimate(list, {}).time_s == Approx(estimate(batch, {}).time_s));
    CHECK(simulate(list, {}).time_s == Approx(simulate(batch, {}).time_s));
    Attention other = apart(problem);
    std::ranges::shuffle(other.requests, random.generator());
    const PreparedKernel shuffled = prepare_small(other, text);
    CHECK(shuffled.read_B == batch.read_B);
    CHECK(shuffled.write_B == batch.write_B);
    CHECK(shuffled.blocks.visits() == batch.blocks.visits());
  }
}

TEST_CASE("packed documents of whole tiles move the bytes of as many requests") {
  const Attention requests = small_requests("48x48,16x16,96x96", "dense", 2);
  Attention packed = small_problem("documents,lengths=48/16/96", 160, 2);
  const PreparedKernel apart = prepare_small(requests);
  const PreparedKernel together = prepare_small(packed);
  CHECK(needs_of(requests).pairs == needs_of(packed).pairs);
  CHECK(apart.read_B == together.read_B);
  CHECK(apart.write_B == together.write_B);
  CHECK(apart.blocks.visits() == together.blocks.visits());
}

TEST_CASE("what passes compute and move is the sum over the requests") {
  const Arch arch = ArchFile::load(find_config("archs", "gpu/h100-sxm5")).with();
  const Yaml file = Yaml::load(find_kernel("unfused"));
  const Cascade cascade = load_cascade(find_config("cascades", kernel_cascade(file)));
  const Kernel kernel =
      parse_kernel(file, cascade, arch, *load_workload(find_config("workloads", "attention")).ranks);
  const auto passes = [&](const std::string& requests) {
    return prepare(kernel, cascade, arch, small_requests(requests, "dense", 2)).passes;
  };
  const auto all = passes("300x900,40x40,300x2300");
  REQUIRE(!all.empty());
  for (std::size_t p = 0; p < all.size(); ++p) {
    PreparedPass sum;
    for (const char* one : {"300x900", "40x40", "300x2300"}) {
      const PreparedPass pass = passes(one)[p];
      sum.read_B += pass.read_B;
      sum.write_B += pass.write_B;
      sum.matrix_cycles += pass.matrix_cycles;
    }
    INFO(all[p].name);
    CHECK(all[p].read_B == Approx(sum.read_B));
    CHECK(all[p].write_B == Approx(sum.write_B));
    CHECK(all[p].matrix_cycles == Approx(sum.matrix_cycles));
  }
}

}  // namespace tilewright::test::TEST_FILE
