#include "kernels/plan/mask.hpp"

#include <catch2/catch.hpp>

#include "tests/kernels/plan/support.hpp"

namespace tilewright::plan::TEST_FILE {

namespace {

const Shape line{512};
const Shape video{30, 48, 80};

std::string mask_refusal(const std::string& text, const Shape& queries, const Shape& keys) {
  return refusal_of([&] { read_mask(text, queries, keys, 8); });
}

std::string blocks_refusal(const std::string& text) {
  return refusal_of([&] { read_blocks(text, {512}, {640}); });
}

}  // namespace

TEST_CASE("one rule is for all heads") {
  const HeadRules dense = read_mask("dense", video, video, 8);
  REQUIRE(dense.rules.size() == 1);
  CHECK(dense.rules[0] == Rule{{30, 48, 80}, {1, 1, 1}, {1, 1, 1}, {}});
  CHECK(dense.rule_of_head == std::vector<std::uint8_t>(8, 0));
  CHECK(dense.dense(video));
  const HeadRules causal = read_mask("causal", line, line, 2);
  CHECK(causal.rules[0] == Rule{{1, 1, 512}, {1, 1, 1}, {1, 1, 1}, {false, false, true}});
  CHECK_FALSE(causal.dense(line));
}

TEST_CASE("a window has stride, dilation and causal axes") {
  const HeadRules mask = read_mask("window=18x24x10,stride=16x8x8,dilation=1x2x4,causal=0x0x1", video, video, 1);
  CHECK(mask.rules[0] == Rule{{18, 24, 10}, {16, 8, 8}, {1, 2, 4}, {false, false, true}});
  CHECK(read_mask("window=7", line, line, 1).rules[0].window == std::array{1, 1, 7});
}

TEST_CASE("runs of heads share equal rules") {
  const HeadRules mask = read_mask("2 * window=18x24x24 + 5 * dense + 1 * window=18x24x24", video, video, 8);
  CHECK(mask.rules.size() == 2);
  CHECK(mask.rule_of_head == std::vector<std::uint8_t>{0, 0, 1, 1, 1, 1, 1, 0});
}

TEST_CASE("what is no mask of the layout is refused") {
  CHECK(mask_refusal("sparse", line, line) ==
        "'sparse' is no dense, causal, window=, stride=, dilation= or causal=");
  CHECK(mask_refusal("stride=4", line, line) == "'stride=4' has no window=");
  CHECK(mask_refusal("window=4x4", line, line) == "'window=4x4' is not 1 whole numbers of at least 1");
  CHECK(mask_refusal("window=0", line, line) == "'window=0' is not 1 whole numbers of at least 1");
  CHECK(mask_refusal("window", line, line) == "'window=' is not 1 whole numbers of at least 1");
  CHECK(mask_refusal("window=4,stride=5", line, line) == "a stride is longer than its window");
  CHECK(mask_refusal("window=300,dilation=2", line, line) ==
        "dilation * window = 600 is longer than the axis of 512");
  CHECK(mask_refusal("causal", video, video) ==
        "'causal' is for layouts of one axis; write window= and causal= for each axis");
  CHECK(mask_refusal("causal", line, {256}) ==
        "a causal or windowed axis needs no more queries than keys, and as many with dilation");
  CHECK(mask_refusal("window=4,dilation=2", {256}, line) ==
        "a causal or windowed axis needs no more queries than keys, and as many with dilation");
  CHECK(mask_refusal("dense", line, {256}) == "no refusal");
}

TEST_CASE("runs must cover the heads with at most four rules") {
  CHECK(mask_refusal("3 * dense + 4 * causal", line, line) == "the rules are for 7 heads of 8");
  CHECK(mask_refusal("dense + causal", line, line) == "'dense' has no number of heads, as in '4 * dense'");
  CHECK(mask_refusal("9 * dense", line, line) == "'9 * dense' has no number of heads from 1 to all of them");
  CHECK(mask_refusal("x * dense", line, line) == "'x * dense' has no number of heads from 1 to all of them");
  CHECK(mask_refusal("2 * dense + 2 * causal + 2 * window=3 + 1 * window=4 + 1 * window=5", line, line) ==
        "more than 4 distinct rules");
}

TEST_CASE("block bits are read row by row, the most significant first") {
  const Blocks blocks = read_blocks("256x128:a87F", {512}, {640});
  CHECK(blocks.query_block == 256);
  CHECK(blocks.key_block == 128);
  CHECK(blocks.rows == 2);
  CHECK(blocks.columns == 5);
  CHECK(blocks.seen == std::vector<bool>{true, false, true, false, true, false, true, true, true, true});
  CHECK(read_blocks("", line, line).rows == 0);
}

TEST_CASE("what is written of a rule is read back") {
  CHECK(to_text(Rule{{1, 1, 7}, {1, 1, 1}, {1, 1, 1}, {}}, 1) == "window=7");
  CHECK(to_text(Rule{{1, 5, 7}, {1, 2, 1}, {1, 1, 1}, {false, true, false}}, 2) ==
        "window=5x7,stride=2x1,causal=1x0");
  for (const Rule& rule :
       {Rule{{18, 24, 10}, {16, 8, 8}, {1, 2, 4}, {false, false, true}}, Rule{{1, 1, 1}, {1, 1, 1}, {1, 1, 80}, {}},
        Rule{{30, 48, 80}, {1, 1, 1}, {1, 1, 1}, {}}})
    CHECK(read_mask(to_text(rule, 3), video, video, 1).rules == std::vector<Rule>{rule});
}

TEST_CASE("what is written of a mask is read back") {
  const std::string mixed = "2 * window=18x24x24 + 5 * dense + 1 * window=18x24x24";
  CHECK(to_text(read_runs(mixed, 8)) == mixed);
  CHECK(to_text(read_runs("causal", 8)) == "causal");
  CHECK(to_text(read_runs("3 * causal + 5 * causal", 8)) == "causal");
  CHECK(read_runs("causal", 8) == std::vector<RuleRun>{{8, "causal"}});
  CHECK(to_text(read_blocks("256x128:a878", line, {640})) == "256x128:a878");
  CHECK(to_text(Blocks{}).empty());
}

TEST_CASE("what are no blocks of the layout is refused") {
  CHECK(blocks_refusal("256x128") == "expected QxK:HEX");
  CHECK(blocks_refusal("256:00") == "expected QxK:HEX");
  CHECK(blocks_refusal("256x128:a87") == "expected 2 rows of 2 hexadecimal digits, got 3 digits");
  CHECK(blocks_refusal("256x128:a8g0") == "'g' is no hexadecimal digit");
}

}  // namespace tilewright::plan::TEST_FILE
