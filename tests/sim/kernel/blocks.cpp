#include "sim/kernel/blocks.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Blocks make(const std::string& more, const Attention& problem, double workers = 8) {
  const Kernel kernel = small_kernel({.more = more});
  Tiling tiling;
  choose_tiles(kernel, problem, tiling);
  return blocks_of(kernel, {problem, tiling}, shape_of(problem, tiling), {workers, workers});
}

std::vector<double> visits_of_first(const Blocks& blocks) {
  std::vector<double> visits;
  for (const BlockRun& run : blocks.sequences[0].runs)
    for (double i = 0; i < run.count; ++i) visits.push_back(run.visits());
  return visits;
}

}  // namespace

TEST_CASE("equal blocks of all heads and sequences are one run") {
  Attention problem = small_problem("dense", 64, 3);
  problem.requests[0].times = 2;
  const Blocks blocks = make("", problem);
  REQUIRE(blocks.sequences.size() == 1);
  REQUIRE(blocks.sequences[0].runs == std::vector<BlockRun>{{4 * 3 * 2, 8, 0}});
  CHECK(blocks.times == 1);
  CHECK(blocks.count() == 24);
  CHECK(blocks.visits() == 24 * 8);
  CHECK(blocks.fetched_keys == 24 * 64);
}

TEST_CASE("causal blocks grow along a head; orders turn them around or take all heads first") {
  const Attention problem = small_problem("causal", 64, 3);
  const Blocks ascending = make("", problem);
  CHECK(visits_of_first(ascending) == std::vector<double>{2, 4, 6, 8});
  CHECK(ascending.sequences[0].times == 3);
  CHECK(ascending.partial() == 3 * 4 * 2);
  CHECK(visits_of_first(make("    schedule: {queries: descending}\n", problem)) == std::vector<double>{8, 6, 4, 2});
  CHECK(visits_of_first(make("    schedule: {queries: longest-first}\n", problem)) ==
        std::vector<double>{8, 8, 8, 6, 6, 6, 4, 4, 4, 2, 2, 2});
  CHECK(visits_of_first(make("    schedule: {outer: queries}\n", problem)) ==
        std::vector<double>{2, 2, 2, 4, 4, 4, 6, 6, 6, 8, 8, 8});
}

TEST_CASE("heads with several masks keep their order, by head or by Q tile") {
  const Attention problem = small_problem("1 * causal + 2 * dense", 64, 3);
  const Blocks by_head = make("", problem);
  CHECK(by_head.sequences.size() == 2);
  CHECK(by_head.count() == 12);
  CHECK(visits_of_first(make("    schedule: {outer: queries}\n", problem)) ==
        std::vector<double>{2, 8, 8, 4, 8, 8, 6, 8, 8, 8, 8, 8});
}

TEST_CASE(
    "the element mask is applied to partial tiles, to all, to all but of a block-sparse problem, or to none") {
  const auto partial = [](const std::string& rule, const std::string& mask) {
    return make("    element_mask: " + rule + "\n", small_problem(mask, 64)).partial();
  };
  CHECK(partial("partial", "causal") == 8);
  CHECK(partial("visited", "causal") == 20);
  CHECK(partial("visited-unless-full", "causal") == 20);
  CHECK(partial("visited-unless-full", "dense") == 0);
  CHECK(partial("visited", "dense") == 32);
  CHECK(partial("none", "causal") == 0);
}

TEST_CASE("packed query heads of a KV head share Q tiles") {
  Attention problem = small_problem("dense", 64, 8);
  problem.kv_heads = 2;
  problem.requests[0].layout = {{1}, {64}};
  problem.requests[0].masks = make_masks(parse_mask("dense"), problem.requests[0].layout, 8);
  const Blocks packed = make("    pack_heads: true\n", problem);
  CHECK(packed.count() == 2);
  CHECK(packed.fetched_keys == 2 * 64);
  CHECK(make("", problem).count() == 8);
  problem.requests[0].masks = make_masks(parse_mask("1 * dense + 7 * causal"), problem.requests[0].layout, 8);
  CHECK(message_of([&] { (void)make("    pack_heads: true\n", problem); }).find("must have one mask") !=
        std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
