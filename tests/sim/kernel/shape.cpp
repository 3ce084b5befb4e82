#include "sim/kernel/shape.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

using namespace tilewright;

TEST_CASE("causal is what sees all keys up to its own, however it is written") {
  const auto causal = [](const std::string& mask) { return shape_of(test::small_problem(mask, 64, 2)).causal; };
  CHECK(causal("causal"));
  CHECK(causal("causal & dense"));
  CHECK(causal("sliding,left=63,right=0"));
  CHECK(causal("gna,window=64,stride=8,causal=1"));
  CHECK_FALSE(causal("dense"));
  CHECK_FALSE(causal("sliding,left=62,right=0"));
  CHECK_FALSE(causal("1 * causal + 1 * dense"));
  CHECK_FALSE(causal("random-blocks,block=8,causal=1,share=0.9"));
}

TEST_CASE("tiles are the problem's, else the kernel's; one extent over several dimensions is flat") {
  const Kernel kernel = test::small_kernel();
  Tiling tiling{.query_tile = {32}, .key_tile = {}};
  choose_tiles(kernel, test::small_problem("dense", 64), tiling);
  CHECK(tiling.query_tile == Extents{32});
  CHECK(tiling.key_tile == Extents{8});
  Attention plane = test::small_problem("dense", 64);
  plane.requests[0].layout = {{8, 8}, {8, 8}};
  Tiling flat;
  choose_tiles(kernel, plane, flat);
  CHECK(flat.order == TileOrder::flat);
  CHECK(shape_of(plane, flat).q == 16);
  CHECK(shape_of(plane, flat).dimensions == 2);
}
