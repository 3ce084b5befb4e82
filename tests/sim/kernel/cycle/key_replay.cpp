#include "sim/kernel/cycle/key_replay.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Two Q tiles of 16 queries, under a mask.
double keys(const std::string& mask, const std::vector<BlockSpan>& spans, double capacity) {
  const PreparedKernel prepared = prepare_small(small_problem(mask, 32));
  return replayed_keys(prepared, launch_tiles(prepared), spans, capacity);
}

}  // namespace

TEST_CASE("blocks at the same time fetch a key once, one after another again unless it stays") {
  CHECK(keys("dense", {{0, 100}, {0, 100}}, 8) == 32);
  CHECK(keys("dense", {{0, 100}, {100, 200}}, 31) == 64);
  CHECK(keys("dense", {{0, 100}, {100, 200}}, 32) == 32);
}

TEST_CASE("a block that begins while another runs goes side by side with it") {
  CHECK(keys("dense", {{0, 100}, {50, 150}}, 8) == 32);
  // Half as fast: it falls behind.
  CHECK(keys("dense", {{0, 100}, {0, 200}}, 8) == 32 + 24);
}

TEST_CASE("the least recently used tile goes first") {
  // Keys 0 to 16 in two tiles, then 0 to 32: the first tile has gone when it is asked for again, and so has the
  // second.
  CHECK(keys("causal", {{0, 100}, {100, 200}}, 8) == 48);
  CHECK(keys("causal", {{0, 100}, {100, 200}}, 16) == 32);
}

TEST_CASE("a sample of many visits tells as much") {
  const PreparedKernel prepared = prepare_small(small_problem("dense", 32768));  // 8 million visits
  std::vector<BlockSpan> spans;
  for (int turn = 0; turn < 64; ++turn)
    for (int i = 0; i < 32; ++i) spans.push_back({turn * 100.0F, turn * 100.0F + 100});
  const LaunchTiles launch = launch_tiles(prepared);
  CHECK(replayed_keys(prepared, launch, spans, 32768 / 2) == Approx(64 * 32768.0));
  CHECK(replayed_keys(prepared, launch, spans, 32768 * 1.01) == Approx(32768.0).epsilon(0.01));
}

// 8 heads by Q tiles, two of these at once: they are at the same keys, with 8 tiles of 8 keys in between.
TEST_CASE("in a sample blocks of several heads are where they are among all visits") {
  const PreparedKernel prepared =
      prepare_small(small_problem("dense", 16384, 8), {.more = "    schedule: {outer: queries}\n"});
  std::vector<BlockSpan> spans;
  for (int turn = 0; turn < 8; ++turn)
    for (int i = 0; i < 16; ++i) spans.push_back({turn * 100.0F, turn * 100.0F + 100});
  const double fetched = replayed_keys(prepared, launch_tiles(prepared), spans, 1024);
  CHECK(fetched == Approx(prepared.blocks.fetched_keys / 2));
}

}  // namespace tilewright::test::TEST_FILE
