#include "sim/kernel/splits.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const char* const fill_waves = "{enough: 0.8, within: 0.85, most: 128}";

Blocks one_sequence(std::vector<BlockRun> runs) {
  Blocks blocks;
  blocks.sequences.push_back({std::move(runs), 1});
  return blocks;
}

Blocks split_by(const std::string& rule, Blocks blocks, double workers = 8) {
  split(small_kernel({.more = "    splits: " + rule + "\n"}), {16, 8, 32, 32, 2, 1, false}, {4, workers}, blocks);
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

TEST_CASE("a number of parts follows from blocks, keys and multiprocessors") {
  const Blocks whole = one_sequence({{2, 30, 0}});  // 2 blocks of 30 tiles of 8 keys
  CHECK(split_by("{count: blocks}", whole).splits == 2);
  CHECK(split_by("{count: keys / 24}", whole).splits == 10);
  CHECK(split_by("{count: multiprocessors}", whole).splits == 4);
  CHECK(split_by("{count: \"min(8, ceil(log2(keys / 8) * multiprocessors / blocks))\"}", whole).splits == 8);
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
  CHECK(split_by("256", one_sequence({{1, 8, 0}})).splits == 256);
  for (const char* too_many : {"257", "{count: 257, lengths: longest}"})
    CHECK(message_of([&] {
            (void)split_by(too_many, one_sequence({{1, 8, 0}}));
          }).ends_with("expected a whole number from 1 to 256, got 257"));
}

namespace {

using Runs = std::vector<BlockRun>;

// Two Q tiles that visit ten KV tiles, and one that visits three.
Blocks two_lengths() { return one_sequence({{2, 10, 0}, {1, 3, 0}}); }

}  // namespace

TEST_CASE("parts as long as those of the longest Q tile leave the last parts of others empty") {
  // 10 in 4 parts are 3, 3, 3 and 1; the first parts of all Q tiles come first.
  const Blocks longest = split_by("{count: 4, lengths: longest}", two_lengths());
  CHECK(longest.sequences[0].runs == Runs{{5, 3, 0}, {1, 0, 0}, {2, 3, 0}, {1, 0, 0}, {2, 1, 0}, {1, 0, 0}});
  CHECK(longest.splits == 4);
  const Blocks own = split_by("{count: 4, lengths: own}", two_lengths());
  CHECK(own.sequences[0].runs ==
        Runs{{2, 3, 0}, {1, 1, 0}, {2, 3, 0}, {1, 1, 0}, {2, 2, 0}, {1, 1, 0}, {2, 2, 0}, {1, 0, 0}});
  CHECK(split_by("4", two_lengths()).sequences[0].runs == own.sequences[0].runs);
  // The number is that of the rule: 3 tiles on 8 workers are 6 blocks, or with 5 parts 15, 15 / 16 of two waves.
  const std::string waves = "{enough: 0.8, within: 0.9, most: 128";
  CHECK(split_by(waves + ", lengths: longest}", two_lengths()).splits ==
        split_by(waves + "}", two_lengths()).splits);
  CHECK(split_by(waves + ", lengths: longest}", two_lengths()).parts.visits == 2);
}

TEST_CASE("parts of so many keys are more of a longer Q tile") {
  // KV tiles of 8 keys: three of them hold 24 keys, and 20.
  for (const char* rule : {"{keys: 24}", "{keys: 20}", "{keys: 3 * kv}"}) {
    const Blocks blocks = split_by(rule, two_lengths());
    CHECK(blocks.sequences[0].runs == Runs{{7, 3, 0}, {2, 1, 0}});
    CHECK(blocks.count() == 2 * 4 + 1);
    CHECK(blocks.visits() == 23);
    CHECK(blocks.splits == 4);
  }
  CHECK(split_by("{keys: 24}", one_sequence({{1, 4, 3}, {1, 0, 0}})).sequences[0].runs ==
        Runs{{1, 3, 0}, {1, 0, 0}, {1, 1, 2}, {1, 0, 1}});
  const Blocks whole = split_by("{keys: 80}", two_lengths());
  CHECK(whole.splits == 1);
  CHECK(whole.sequences[0].runs == two_lengths().sequences[0].runs);
}

TEST_CASE("parts of as few keys as let all run at once") {
  // Parts of 1, 2, 3 and 4 visits: 23, 12, 9 and 7 blocks.
  CHECK(split_by("{least_keys: 8}", two_lengths(), 23).parts.visits == 1);
  CHECK(split_by("{least_keys: 8}", two_lengths(), 22).parts.visits == 2);
  CHECK(split_by("{least_keys: 8}", two_lengths(), 9).parts.visits == 3);
  const Blocks blocks = split_by("{least_keys: 8}", two_lengths(), 8);
  CHECK(blocks.parts.visits == 4);
  CHECK(blocks.count() == 7);
  CHECK(split_by("{least_keys: 41}", two_lengths(), 23).parts.visits == 6);
  CHECK(split_by("{least_keys: 800}", two_lengths(), 23).splits == 1);
  CHECK(split_by("{least_keys: 8}", two_lengths(), 5).parts.visits == 5);
  CHECK(split_by("{least_keys: 8}", two_lengths(), 4).splits == 1);  // parts of 9 visits would be 5 blocks
  CHECK(split_by("{least_keys: 8}", two_lengths(), 3).splits == 1);  // as many Q tiles as workers
}

TEST_CASE("keys of a part are a whole number") {
  CHECK(message_of([] {
          (void)split_by("{keys: E / 64}", two_lengths());
        }).ends_with("splits.keys: expected a whole number from 1 to 2147483648, got 0.5"));
  CHECK(message_of([] {
          (void)split_by("{keys: 1e12}", two_lengths());
        }).ends_with("splits.keys: expected a whole number from 1 to 2147483648, got 1000000000000"));
  CHECK(message_of([] {
          (void)split_by("{least_keys: 0}", two_lengths());
        }).ends_with("splits.least_keys: expected a whole number from 1 to 2147483648, got 0"));
}

}  // namespace tilewright::test::TEST_FILE
