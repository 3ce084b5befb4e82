#include "sim/bound/query_tiles.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a KV tile that is visited has a key, where tiles begin anywhere and rows fill no Q tile") {
  Attention problem = small_problem("dense", 1, 2);
  problem.kv_heads = 1;
  problem.requests[0].layout = {{1, 1}, {8, 8}};
  problem.requests[0].masks = make_masks(parse_mask("dense"), problem.requests[0].layout, 2);
  const Tiling tiling{.key_tiles = KeyTiles::dynamic, .query_tile = {8, 8}, .key_tile = {2, 2}};
  const auto tiles = least_query_tiles(problem, tiling, {count_tiles(problem.requests[0].masks[0].mask, tiling)});
  REQUIRE(tiles.size() == 1);
  CHECK(tiles[0].visits() == 16);
  // Of two rows, 64 keys each, a Q tile of 64 rows would fetch 2.
  CHECK(tiles[0].fetched_keys == 16);
}

}  // namespace tilewright::test::TEST_FILE
