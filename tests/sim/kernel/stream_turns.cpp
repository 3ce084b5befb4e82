#include "sim/kernel/stream_turns.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/cycle/simulate.hpp"
#include "tests/sim/kernel/requests.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

PreparedKernel streamed(const std::string& requests, const std::string& mask, Count heads, double kv_heads) {
  Attention problem = small_requests(requests, mask, heads);
  problem.kv_heads = kv_heads;
  return prepare_small(problem, {.more = "    splits: stream\n"});
}

double outermost_keys(const PreparedKernel& kernel) {
  return (kernel.read_B.front() - kernel.problem.query_rows() * 64) / kernel.problem.token_B();
}

}  // namespace

TEST_CASE("stream-K reads a key once that one Q tile needs, or that stays") {
  CHECK(outermost_keys(streamed("3*1x50000,1x777", "dense", 4, 4)) == 4 * 150777);
  CHECK(outermost_keys(streamed("64x6000", "dense", 1, 1)) == 6000);  // a memory of 7812 keys
}

// 5 Q tiles on 8 blocks of 5/8 of a tile each: the blocks of neighbouring tiles are at the same keys 2/5 or 3/5 of
// their time apart, and the memory below holds a tenth of the keys.
TEST_CASE("stream-K reads a key again for every Q tile whose block is elsewhere") {
  const PreparedKernel kernel = streamed("80x78120", "dense", 1, 1);
  REQUIRE(kernel.blocks.count() == 8);
  CHECK(outermost_keys(kernel) == 5 * 78120);
}

// 2049 Q tiles on 8 blocks, which are an eighth of a tile apart: 1500 keys each, and the memory has 976 for each.
// Turns so short that these stay are very many.
TEST_CASE("a sample of stream-K's turns tells as much", "[cycle]") {
  const PreparedKernel kernel = streamed("32784x12000", "dense", 1, 1);
  CHECK(outermost_keys(kernel) == Approx(2049 * 12000).epsilon(0.002));
  CHECK(simulate(kernel, {}).level_read_B.front() == Approx(kernel.read_B.front()).epsilon(0.002));
}

TEST_CASE("stream-K moves as many bytes in the simulation", "[cycle]") {
  const auto [requests, mask, heads, kv_heads] =
      GENERATE(table<std::string, std::string, Count, double>({{"80x78120", "dense", 1, 1},
                                                               {"2*30x20000", "dense", 4, 2},
                                                               {"700x20000", "causal", 2, 1},
                                                               {"3000x3000", "sliding,left=500", 4, 1},
                                                               {"1x90000,40x300", "dense", 4, 1}}));
  INFO(requests << " " << mask);
  const PreparedKernel kernel = streamed(requests, mask, heads, kv_heads);
  CHECK(simulate(kernel, {}).level_read_B.front() == Approx(kernel.read_B.front()).epsilon(0.1));
}

}  // namespace tilewright::test::TEST_FILE
