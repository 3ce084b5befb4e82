#include "kernels/attention/block.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <map>

#include "kernels/device/numbers.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;

namespace {

/// 3 sequences of 6 heads on 2, in 100 tokens, dilated by 3: tiles of 8 make 5, 5 and 5 of 34, 33 and 33 tokens.
AttentionParams<bf16> params() {
  TokenOrder order;
  order.extent[2] = 100;
  order.tile[2] = 8;
  order.dilation[2] = 3;
  AttentionParams<bf16> params{};
  params.batch = 3;
  params.heads = 6;
  params.kv_heads = 2;
  params.queries = params.keys = token_grid(order);
  params.masks = one_mask({{1, 1, 33}, {1, 1, 1}, {false, false, false}});
  return params;
}

}  // namespace

TEST_CASE("blocks share out Q tiles, heads, groups and sequences, each once") {
  const AttentionParams<bf16> of = params();
  const Grid grid = attention_grid(of);
  CHECK(grid.x == 5);
  CHECK(grid.y == 6);
  CHECK(grid.z == 9);
  std::map<std::array<std::int64_t, 3>, int> blocks;  // by first token, group, Q tile
  emulator::run_grid({grid, 32, 0}, {1}, [&](std::byte*) {
    if (device::thread_index() != 0) return;
    const HeadPlace place = head_of_block(of);
    const MaskScene scene = scene_of_block(of);
    const std::int64_t head = place.queries / 100;
    CHECK(place.queries % 100 == 0);
    CHECK(place.keys == (head / 6 * 2 + head % 6 / 3) * 100);
    CHECK(scene.queries.base == scene.keys.base);
    ++blocks[{head, scene.queries.base, q_tile_of_block()}];
  });
  CHECK(blocks.size() == std::size_t{3 * 6 * 3 * 5});
  CHECK(blocks.rbegin()->first == std::array<std::int64_t, 3>{17, 2, 4});
}

TEST_CASE("the last Q tile is the first block's") {
  const AttentionParams<bf16> of = params();
  emulator::run_grid({attention_grid(of), 32, 0}, {1},
                     [&](std::byte*) { CHECK(q_tile_of_block() == 4 - device::block_index().x); });
}

}  // namespace tilewright::kernels::TEST_FILE
