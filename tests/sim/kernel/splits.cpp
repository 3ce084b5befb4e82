#include "sim/kernel/splits.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

using namespace tilewright;

namespace {

const char* const fill_waves = "{enough: 0.8, within: 0.85, most: 128}";

Blocks one_sequence(std::vector<BlockRun> runs) {
  Blocks blocks;
  blocks.sequences.push_back({std::move(runs), 1});
  return blocks;
}

Blocks split_by(const std::string& rule, Blocks blocks, double workers = 8) {
  split(test::small_kernel({.more = "    splits: " + rule + "\n"}), {16, 8, 32, 32, 2, 1, false}, workers, blocks);
  return blocks;
}

}  // namespace

TEST_CASE("parts of a split differ by one visit, and nothing is lost") {
  const Blocks whole = one_sequence({{3, 5, 2}, {1, 0, 0}});
  for (const char* splits : {"1", "2", "3", "7", "9", fill_waves}) {
    const Blocks parts = split_by(splits, whole, 64);
    INFO(splits);
    CHECK(parts.full() == 15);
    CHECK(parts.partial() == 6);
    CHECK(parts.count() == 4 * parts.splits);
  }
  CHECK(split_by("3", one_sequence({{1, 5, 2}})).sequences[0].runs ==
        std::vector<BlockRun>{{1, 3, 0}, {1, 2, 0}, {1, 0, 2}});
}

TEST_CASE("a split that fills waves fills the machine and no more") {
  CHECK(split_by(fill_waves, one_sequence({{7, 64, 0}})).splits == 1);  // 7 of 8 workers are enough
  CHECK(split_by(fill_waves, one_sequence({{1, 64, 0}})).splits == 7);  // 0.875 of the machine, and the best are 1
  CHECK(split_by(fill_waves, one_sequence({{2, 64, 0}})).splits == 4);
  CHECK(split_by(fill_waves, one_sequence({{1, 3, 0}})).splits <= 3);  // not more parts than visits
  CHECK(split_by("{enough: 0.8, within: 0.85, most: 5}", one_sequence({{1, 64, 0}})).splits == 5);
  CHECK(split_by("{enough: 0.9, within: 1, most: 128}", one_sequence({{7, 64, 0}})).splits == 8);
}

TEST_CASE("a stream gives all workers the same visits, wherever Q tiles end") {
  const Blocks stream = split_by("stream", one_sequence({{5, 6, 0}}));
  CHECK(stream.count() == 8);
  CHECK(stream.visits() == 30);
  CHECK(stream.longest().visits() == 4);
}

TEST_CASE("a number of splits is a whole one") {
  CHECK(message_of([] {
          (void)split_by("E / 64", one_sequence({{1, 8, 0}}));
        }).find("got 0.5") != std::string::npos);
  CHECK(split_by("E / 16", one_sequence({{1, 8, 0}})).splits == 2);
}
