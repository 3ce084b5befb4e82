#include "einsum/mask/files/block_grid.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string refused(Count rows, Count columns, const BlockGrid& grid) {
  return message_of([&] { empty_map("m.npy", rows, columns, grid); });
}

}  // namespace

TEST_CASE("a map has the grid's blocks, the last ones cut off") {
  const BlockMap map = empty_map("m.npy", 8, 4, {{1000, 200}, 128, 64});
  CHECK(map.query_blocks() == 8);
  CHECK(map.key_blocks() == 4);
  CHECK(map.queries_in(7) == 104);
  CHECK(map.keys_in(3) == 8);
  for (Count row = 0; row < 8; ++row)
    for (Count column = 0; column < 4; ++column) CHECK_FALSE(map.test(row, column));
}

TEST_CASE("a map of another shape is refused with the block that fits") {
  CHECK(refused(16, 16, {{2048, 2048}, 64, 64}) ==
        "m.npy: holds 16x16 blocks; 2048x2048 tokens (queries x keys) in blocks of 64x64 are 32x32; "
        "block=128x128 would fit");
  CHECK(refused(16, 32, {{2048, 2048}, 64, 64}) ==
        "m.npy: holds 16x32 blocks; 2048x2048 tokens (queries x keys) in blocks of 64x64 are 32x32; "
        "block=128x64 would fit");
  CHECK(refused(7, 3, {{7, 9}, 2, 3}) ==
        "m.npy: holds 7x3 blocks; 7x9 tokens (queries x keys) in blocks of 2x3 are 4x3; block=1x4 would fit");
  CHECK(refused(5, 1, {{7, 9}, 2, 3}) ==
        "m.npy: holds 5x1 blocks; 7x9 tokens (queries x keys) in blocks of 2x3 are 4x3; no block size fits");
  CHECK(refused(8, 9, {{7, 9}, 1, 1}) ==
        "m.npy: holds 8x9 blocks; 7x9 tokens (queries x keys) in blocks of 1x1 are 7x9; no block size fits");
}

TEST_CASE("the block that is said to fit fits, and none is said where none does") {
  for (Count tokens = 1; tokens <= 40; ++tokens)
    for (Count blocks = 1; blocks <= 42; ++blocks) {
      bool any = false;
      for (Count block = 1; block <= tokens; ++block) any = any || ceil_div(tokens, block) == blocks;
      const std::string message = refused(blocks, 1, {{tokens, 2}, 1, 1});  // the one column never fits
      const std::size_t at = message.find("block=");
      CHECK((at != std::string::npos) == any);
      if (any) CHECK(ceil_div(tokens, std::stoll(message.substr(at + 6))) == blocks);
    }
}

TEST_CASE("more than 2^34 blocks are refused") {
  CHECK(refused(Count{1} << 18, (Count{1} << 16) + 1, {{Count{1} << 18, (Count{1} << 16) + 1}, 1, 1}) ==
        "m.npy: holds 262144x65537 blocks; at most 2^34 can be read");
}

}  // namespace tilewright::test::TEST_FILE
