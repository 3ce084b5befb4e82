#include "einsum/mask/given_blocks.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

GivenBlocks two_heads() {
  return {.heads = 2,
          .rows = 2,
          .columns = 3,
          .query_block = 4,
          .key_block = 2,
          .present = {1, 0, 0, 1, 1, 0,  //
                      0, 0, 1, 0, 0, 1}};
}

std::string refused(const GivenBlocks& blocks) {
  return message_of([&] { (void)mask_of_blocks(blocks, "mine"); });
}

}  // namespace

TEST_CASE("pairs are those of the blocks that are there, the last ones cut off") {
  const MaskSpec spec = mask_of_blocks(two_heads(), "mine");
  CHECK(spec.text == "mine");
  const auto heads = make_masks(spec.runs, {{7}, {6}}, 4);
  REQUIRE(heads.size() == 2);
  for (Count q = 0; q < 7; ++q)
    for (Count k = 0; k < 6; ++k) {
      CHECK(contains(*heads[0].mask.flattened(), q, k) == (q < 4 ? k < 2 : k < 4));
      CHECK(contains(*heads[1].mask.flattened(), q, k) == (k >= 4));
    }
  CHECK(heads[0].heads == 2);  // of four, as heads of a file share them out
}

TEST_CASE("whoever takes blocks of a file takes these") {
  const MaskSpec spec = mask_of_blocks(two_heads(), "mine");
  CHECK(spec.runs.front().expression->is_of({"causal", "file"}));
  CHECK_FALSE(spec.runs.front().expression->is_of({"causal"}));
}

TEST_CASE("blocks that are none, or fit no layout, are refused") {
  GivenBlocks blocks = two_heads();
  blocks.key_block = 0;
  CHECK(refused(blocks) == "mine: expected one head, query block, key block, query and key of a block, or more");
  blocks = two_heads();
  blocks.present.pop_back();
  CHECK(refused(blocks) == "mine: holds 11 values for 2x2x3 blocks");
  const MaskSpec spec = mask_of_blocks(two_heads(), "mine");
  CHECK(message_of([&] {
          (void)make_masks(spec.runs, {{16}, {6}}, 2);
        }) == "mine: holds 2x3 blocks; 16x6 tokens (queries x keys) in blocks of 4x2 are 4x3; block=8x2 would fit");
}

}  // namespace tilewright::test::TEST_FILE
