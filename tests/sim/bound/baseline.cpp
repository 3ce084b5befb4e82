#include "sim/bound/explain.hpp"

#include <catch2/catch.hpp>

#include "einsum/mask/block_map.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MaskSpec mask(const std::string& text) { return {text, parse_mask(text), {}, {}}; }

}  // namespace

TEST_CASE("a mask is a baseline by its pairs at the full rate, without padding") {
  const Posed problem = problem_of("sliding,left=3", "60", "8", "8", 3);
  const TileMachine machine = machine_of(2);
  const Baseline dense = dense_baseline(problem, problem.tiling, &machine);
  CHECK(dense.is_dense());
  CHECK(dense.pairs == 3600);
  CHECK(dense.time_s == 3 * 3600 * 256 / 2.0);
  CHECK(dense.limit == "units");
  const Baseline causal = mask_baseline(problem, mask("causal"), baseline_tiling(problem), &machine);
  CHECK(!causal.is_dense());
  CHECK(causal.pairs == 60 * 61 / 2);
  CHECK(causal.time_s == 3 * 1830 * 256 / 2.0);
  const Ladder over = climb(problem, problem.tiling, &machine, causal);
  CHECK(over.rungs[0].speedup == Approx(1830.0 / over.pairs));
  CHECK(climb(problem, problem.tiling, nullptr, mask_baseline(problem, mask("causal"), problem.tiling, nullptr))
            .rungs[1]
            .speedup == Approx(1830 / (15.0 * 64)));
}

TEST_CASE("the tiles of a baseline are its own, whatever those of the problem") {
  Posed problem = problem_of("sliding,left=31", "1024", "8", "8");
  TileMachine machine = machine_of(2);
  machine.memories[1].bandwidth_B_per_s = 1.0 / 1024;
  const Baseline baseline = dense_baseline(problem, baseline_tiling(problem), &machine);
  CHECK(baseline.limit == "bytes of cache");
  CHECK(baseline.tiling.query_tile == Extents{128});
  CHECK(baseline.time_s == 1024 * (1024 * 512 + 8 * 1024.0 * 512));  // Q and output, and K and V for every Q tile
  double before = unlimited;
  for (const Count tile : {64, 32, 8}) {
    problem.tiling.query_tile = {tile};
    const Ladder ladder = climb(problem, problem.tiling, &machine, baseline);
    CHECK(ladder.baseline.time_s == baseline.time_s);
    CHECK(ladder.rungs[2].speedup < before);
    before = ladder.rungs[2].speedup;
  }
}

TEST_CASE("few rows fill a Q tile of their own, and no less than one") {
  // One query of one head, in a tile of 128 rows: its K and V are fetched once, not a 128th of them.
  Posed problem = problem_of("dense", "64", "128", "16");
  problem.requests[0].layout.queries = {1};
  problem.requests[0].masks = make_masks(parse_mask("dense"), problem.requests[0].layout, 1);
  TileMachine machine = machine_of(2);
  machine.memories[1].bandwidth_B_per_s = 1;
  CHECK(dense_baseline(problem, problem.tiling, &machine).time_s == 512 + 64 * 512.0);
  problem.kv_heads = 1;
  problem.requests[0].masks = make_masks(parse_mask("dense"), problem.requests[0].layout, 4);
  CHECK(dense_baseline(problem, problem.tiling, &machine).time_s == 4 * 512 + 64 * 512.0);
}

TEST_CASE("a list of tiles has an entry for each and one for where every Q tile's begins, and one for its end") {
  Posed problem = problem_of("dense", "64", "8", "8");
  BlockMap blocks({64, 64}, 8, 8);
  for (Count row = 0; row < 8; ++row) blocks.set_run(row, row / 2, row / 2 + 3);
  problem.requests[0].masks[0].mask = flat_mask(problem.requests[0].layout, block_relation(std::move(blocks)));
  const TileMachine machine = machine_of(2);
  CHECK(climb(problem, &machine).tile_list_B == 4 * (8 * 3 + 8 + 1));
  CHECK(climb(problem_of("causal", "64", "8", "8"), &machine).tile_list_B == 0);
}

TEST_CASE("a baseline without pairs is refused, and a time is one") {
  const Posed problem = problem_of("causal", "64", "8", "8");
  CHECK(message_of([&] { (void)mask_baseline(problem, mask("!dense"), problem.tiling, nullptr); }) ==
        "baseline '!dense': it has no pairs");
  const Baseline time = time_baseline(2.5e-3);
  const TileMachine machine = machine_of(2);
  const Ladder ladder = climb(problem, problem.tiling, &machine, time);
  CHECK(ladder.rungs[0].speedup == Approx(2.5e-3 / ladder.rungs[0].time_s));
  CHECK(text_of(time, problem, &machine) == "the time 2.5 ms");
}

}  // namespace tilewright::test::TEST_FILE
