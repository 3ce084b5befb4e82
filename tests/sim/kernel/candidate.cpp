#include "sim/kernel/candidate.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("what does not fit the outermost memory is warned of, and what just fits is not") {
  PreparedKernel prepared = prepare_small(small_problem("dense", 64, 2));
  const Attention& problem = prepared.problem;
  const double rows = problem.heads() * problem.requests[0].times * 64;
  const double needed_B =
      rows * (problem.head_dim + problem.value_dim) * 2 +
      problem.kv_heads * problem.requests[0].times * 64 * (problem.head_dim + problem.value_dim) * 2;
  const auto warnings = [&](double capacity_B) {
    prepared.arch.levels.front().capacity_B = capacity_B;
    std::vector<std::string> all;
    warn(prepared, one_pass(), {}, all);
    return all;
  };
  CHECK(warnings(needed_B).empty());
  REQUIRE(warnings(needed_B - 1).size() == 1);
  CHECK(warnings(needed_B - 1)[0].rfind("queries, keys, values and output take ", 0) == 0);
}

TEST_CASE("rows of Q tiles that no query fills are warned of, unless heads are packed into them") {
  const auto warned = [](const Extents& queries, const Extents& tile, TileOrder order, bool packed) {
    Attention problem = small_problem("dense", 64);
    Request& request = problem.requests[0];
    request.layout = {queries, queries.size() == 1 ? Extents{64} : Extents{8, 8}};
    request.masks = make_masks(parse_mask("dense"), request.layout, 1);
    PreparedKernel prepared = prepare_small(problem, {}, {order, KeyTiles::fixed, tile, Extents(tile.size(), 4)});
    prepared.kernel.tiles.clear();
    prepared.kernel.pack_heads = packed;
    std::vector<std::string> all;
    warn(prepared, one_pass(), {}, all);
    return all.empty() ? "" : all[0];
  };
  const TileOrder multi = TileOrder::multi;
  CHECK(warned({1}, {16}, multi, false) ==
        "Q tiles of 16 rows have at most 1 query: 15 are padding, as the kernel does not pack heads");
  CHECK(warned({15}, {16}, multi, false) ==
        "Q tiles of 16 rows have at most 15 queries: 1 is padding, as the kernel does not pack heads");
  CHECK(warned({1}, {16}, multi, true).empty());
  CHECK(warned({16}, {16}, multi, false).empty());
  CHECK(warned({17}, {16}, multi, false).empty());
  CHECK(warned({2, 8}, {4, 4}, multi, false) ==
        "Q tiles of 16 rows have at most 8 queries: 8 are padding, as the kernel does not pack heads");
  CHECK(warned({2, 8}, {16}, TileOrder::flat, false).empty());
}

}  // namespace tilewright::test::TEST_FILE
