#include "measure/plan_mask.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Case {
  std::string mask;
  std::string keys;
  std::string tile = "16";  ///< of queries and keys
  std::string queries = keys;
  Count heads = 1;

  [[nodiscard]] Layout layout() const { return {parse_extents(queries, "q"), parse_extents(keys, "k")}; }
  [[nodiscard]] PlanMask plan() const {
    const Extents extents = parse_extents(tile, "tile");
    return plan_mask(parse_mask(mask), layout(), heads, {extents, extents});
  }
  [[nodiscard]] std::string error() const {
    return message_of([&] { (void)plan(); });
  }
};

std::string rules(const Case& of) {
  const PlanMask plan = of.plan();
  CHECK(plan.blocks.empty());
  return plan.rules;
}

/// For every head and pair of tokens, whether it exists.
std::vector<bool> pairs(const std::vector<HeadMask>& masks) {
  std::vector<bool> all;
  for (const HeadMask& mask : masks) {
    const RelationPtr relation = mask.mask.flattened();
    for (Count head = 0; head < mask.heads; ++head)
      for (Count query = 0; query < relation->extent().queries; ++query)
        for (Count key = 0; key < relation->extent().keys; ++key) all.push_back(contains(*relation, query, key));
  }
  return all;
}

/// The pairs of the mask, and those of what a plan says of it.
bool same_after_a_plan(const Case& of) {
  const PlanMask plan = of.plan();
  plan::Row row = plain_row();
  row.queries = of.layout().queries;
  row.keys = of.layout().keys;
  row.heads = of.heads;
  row.mask = plan.rules;
  row.blocks = plan.blocks;
  return pairs(masks_of(row)) == pairs(make_masks(parse_mask(of.mask), of.layout(), of.heads));
}

}  // namespace

TEST_CASE("products of windows are rules") {
  CHECK(rules({"dense", "8x12", "4x4"}) == "dense");
  CHECK(rules({"causal", "64"}) == "causal");
  CHECK(rules({"gna,window=5x8x9", "9x17x21", "2x8x8"}) == "window=5x8x9");
  CHECK(rules({"gna,window=5x8x9,stride=1x1x1", "9x17x21", "2x8x8"}) == "window=5x8x9");
  CHECK(rules({"gna,window=5x8x9,stride=2x8x8,causal=1x0x0", "9x17x21", "2x8x8"}) ==
        "window=5x8x9,stride=2x8x8,causal=1x0x0");
  CHECK(rules({"gna,window=3x4,dilation=2x1", "9x17", "2x8"}) == "window=3x4,dilation=2x1");
  CHECK(rules({"sliding,left=15", "64"}) == "window=16,causal=1");
  CHECK(rules({"sliding,left=100", "64"}) == "causal");
  CHECK(rules({"sliding-tile,tile=4x4,window=12x12", "16x20", "4x4"}) == "window=12x12,stride=4x4");
  CHECK(rules({"blocked,window=4x5", "16x20", "4x4"}) == "window=4x5,stride=4x5");
}

TEST_CASE("heads with different rules are runs") {
  const std::string mixture = "1 * causal + 3 * sliding,left=15";
  CHECK(rules({mixture, "64", "16", "64", 4}) == "1 * causal + 3 * window=16,causal=1");
  CHECK(rules({mixture, "64", "16", "64", 16}) == "4 * causal + 12 * window=16,causal=1");
  CHECK(rules({"1 * causal + 1 * sliding,left=100", "64", "16", "64", 4}) == "causal");
  CHECK(Case{"dense + causal + sliding,left=1 + sliding,left=2 + sliding,left=3", "64", "16", "64", 5}.error() ==
        "5 different masks of heads; the kernels take at most 4");
}

TEST_CASE("what is whole tiles is blocks, row by row, the first block the highest bit") {
  const Case of{"bigbird,global=0,window=3,random=0,block=16", "96"};
  CHECK(of.plan().rules == "dense");
  CHECK(of.plan().blocks == "16x16:c0e070381c0c");  // of 6 blocks in a row, two digits
  CHECK(Case{"blocked,window=48", "80"}.plan().blocks == "16x16:e0e0e01818");
  const Case causal{"random-blocks,keep=2,block=16,causal=1", "96"};
  CHECK(causal.plan().rules == "causal");
  CHECK(causal.plan().blocks.starts_with("16x16:80c0"));
}

TEST_CASE("a plan says exactly the pairs of the mask") {
  const auto of = GENERATE(
      Case{"dense", "30"}, Case{"causal", "30"}, Case{"causal", "30", "16", "7"}, Case{"sliding,left=7", "30"},
      Case{"sliding,left=7", "30", "16", "7"}, Case{"gna,window=7,stride=3", "30"},
      Case{"gna,window=5,dilation=3", "30"},
      Case{"gna,window=3x5x4,dilation=2x1x1,causal=1x0x0,stride=1x2x3", "7x6x5", "2x2x2"},
      Case{"gna,window=4x3", "8x6", "4x2", "2x6"}, Case{"sliding-tile,tile=4x2,window=4x6", "8x6", "4x2"},
      Case{"sliding-tile,tile=4x2,window=8x6", "8x10", "4x2"}, Case{"sliding-tile,tile=8,window=16", "64", "8"},
      Case{"blocked,window=4x3", "8x6", "4x2"}, Case{"blocked,window=8", "30", "8"},
      Case{"blocked,window=9", "30", "3"}, Case{"bigbird,global=0,window=1,random=2,block=8", "61", "8"},
      Case{"bigbird,global=0,window=1,random=1,block=24", "100", "8"},
      Case{"random-blocks,keep=2,block=4", "30", "4"}, Case{"random-blocks,keep=3,block=8,causal=1", "61", "8"},
      Case{"random-blocks,keep=3,block=8,causal=1", "61", "4"}, Case{"causal & blocked,window=16", "61", "8"},
      Case{"power-of-two,block=8,window=2", "64", "8"}, Case{"documents,lengths=16/40/8", "64", "8"},
      Case{"!blocked,window=16", "64", "16"}, Case{"1 * causal + 3 * sliding,left=3", "20", "4", "20", 4});
  INFO(of.mask << " over " << of.queries << " of " << of.keys);
  CHECK(same_after_a_plan(of));
}

TEST_CASE("other masks are refused with the reason") {
  CHECK(Case{"sliding,left=7,right=3", "64"}.error() ==
        "mask 'sliding,left=7,right=3': the kernels cannot compute it: it is no product of windows, and its pairs "
        "are "
        "not whole tiles of 16 x 16 tokens");
  CHECK(Case{"bigbird,global=0,window=3,random=0,block=8", "64"}.error().ends_with(
      "its pairs are not whole tiles of 16 x 16 tokens"));
  CHECK(Case{"shifted-window,window=4x4", "8x8", "4x4"}.error().ends_with("blocks are of tokens of one dimension"));
  CHECK(Case{"causal", "8x8", "4x4"}.error().ends_with("blocks are of tokens of one dimension"));
  CHECK(Case{"random-blocks,keep=2,block=16", "64", "16", "64", 2}.error().ends_with(
      "blocks are for heads that are all equal"));
  CHECK(Case{"1 * causal + 1 * documents,lengths=32/32", "64", "16", "64", 2}.error().ends_with(
      "blocks are for heads that are all equal"));
  CHECK(Case{"causal | sliding,left=0,right=3", "64"}.error().ends_with("not whole tiles of 16 x 16 tokens"));
  CHECK(Case{"causal", "32", "16", "64"}.error() != "no error");
  CHECK(Case{"gna,window=3,dilation=2", "32", "16", "16"}.error() != "no error");
  CHECK(Case{"dense", "2x2x2x2", "1x1x1x1"}.error() ==
        "the layout 2x2x2x2 has more than the 3 dimensions that the kernels take");
  CHECK(Case{"gna,window=99", "64"}.error() == "gna: window: 99 is more than the 64 keys of its dimension");
  const std::string without_tiles = message_of([] {
    plan_mask(parse_mask("documents,lengths=32/32"), {{64}, {64}}, 1, {});
  });
  CHECK(without_tiles.ends_with("no tiles of one dimension are chosen"));
}

TEST_CASE("blocks that are none are refused") {
  const auto error = [](const std::string& blocks) {
    plan::Row row = plain_row();
    row.blocks = blocks;
    return message_of([&] { masks_of(row); });
  };
  CHECK(error("64x64:" + std::string(16, 'f')) == "no error");
  CHECK(error("64x64:" + std::string(15, 'f')) ==
        "point 'g/pipelined': blocks: expected 8 rows of 2 hexadecimal digits, got 15 digits");
  CHECK(error("64x64:" + std::string(16, 'g')) == "point 'g/pipelined': blocks: 'g' is no hexadecimal digit");
  CHECK(error("64:" + std::string(16, 'f')) == "point 'g/pipelined': blocks: expected QxK:HEX");
  CHECK(error("64x64") == "point 'g/pipelined': blocks: expected QxK:HEX");
}

}  // namespace tilewright::test::TEST_FILE
