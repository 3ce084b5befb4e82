#include "sim/bound/selection_floor.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "sim/bound/explain.hpp"
#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double rounding = 1e-9;

// One query over 131,072 keys of a head with rows of 128 elements, of which a mask leaves so many of the 2048
// blocks; bytes are all that there is to wait for.
Posed decode(int kept) {
  Posed problem = problem_of("dense", "131072", "1", "64");
  problem.requests[0].layout.queries = {1};
  problem.requests[0].masks =
      make_masks(parse_mask(fmt::format("random-blocks,keep={},block=64", kept)), problem.requests[0].layout, 1);
  return problem;
}

TileMachine of_bytes() {
  TileMachine machine = machine_of(1e6);
  machine.memories = {{"DRAM", 1e3, true}};
  return machine;
}

Ladder with(Posed problem, const std::string& selection, const TileMachine& machine) {
  problem.selection = parse_selection(selection, "--selection");
  return climb(problem, &machine);
}

const Rung& rung(const Ladder& ladder, const std::string& name) {
  return *std::ranges::find(ladder.rungs, name, &Rung::name);
}

}  // namespace

TEST_CASE("who scores all keys at full precision each step is no more than twice as fast") {
  for (const int blocks : {2, 20, 200, 1024}) {
    const double share = blocks / 2048.;
    const Ladder ladder = with(decode(blocks), "keys=1", of_bytes());
    const Rung& selection = rung(ladder, "selection");
    CHECK(selection.speedup <= 2);
    // K once, and V of those that are kept.
    CHECK(selection.speedup == Approx(2 / (1 + share)).epsilon(1e-3));
    CHECK(selection.limit == "bytes of DRAM");
    CHECK(selection.holds_for == "choose keys so, each step");
    CHECK(rung(ladder, "traffic").speedup == Approx(1 / share).epsilon(2e-2));
  }
}

TEST_CASE("a choice that serves four steps costs a quarter") {
  const double kept = 20. / 2048;
  const Ladder ladder = with(decode(20), "every=4", of_bytes());
  CHECK(rung(ladder, "selection").speedup == Approx(1 / (0.125 + 7. / 8 * kept)).epsilon(1e-3));
  CHECK(rung(ladder, "selection").holds_for == "choose keys so, every 4 steps");
  CHECK(rung(with(decode(20), "every=4,layers=1/2", of_bytes()), "selection").speedup ==
        Approx(1 / (0.0625 + 15. / 16 * kept)).epsilon(1e-3));
}

TEST_CASE("pooled keys are read besides those that are kept") {
  const double kept = 20. / 2048;
  const double pooled = 1. / 64 / 2;  // of all K and V
  CHECK(rung(with(decode(20), "keys=64", of_bytes()), "selection").speedup ==
        Approx(1 / (kept + pooled)).epsilon(1e-3));
  // Made from K, which is then read for attention, too.
  CHECK(rung(with(decode(20), "keys=64,made=true", of_bytes()), "selection").speedup ==
        Approx(2 / (1 + kept)).epsilon(1e-3));
  // Stored scores come and go.
  CHECK(rung(with(decode(20), "keys=64,choose=top-k,score_B=4", of_bytes()), "selection").speedup ==
        Approx(1 / (kept + pooled + 2 * 4. / 64 / 512)).epsilon(1e-3));
}

TEST_CASE("a selection that takes 11 % of all products leaves no more than 9.1x") {
  Posed problem = problem_of("random-blocks,share=0.001,block=64", "8192", "64", "64");
  TileMachine machine = machine_of(64);  // products are all that there is to wait for
  machine.compute.scored_product = 0.22;
  const Ladder ladder = with(problem, "word_B=0.5", machine);
  CHECK(ladder.selection->multiply_adds == 8192. * 8192 * 128);
  CHECK(rung(ladder, "selection").speedup < 1 / 0.11);
  CHECK(rung(ladder, "selection").speedup == Approx(1 / (0.11 + 1. / 128)).epsilon(1e-3));
  CHECK(rung(ladder, "selection").limit == "units");
  CHECK(rung(ladder, "traffic").speedup > 100);
}

TEST_CASE("who scores by the query heads themselves needs no product twice") {
  const Posed problem = problem_of("sliding,left=63", "1024", "64", "64");
  const Ladder ladder = with(problem, "keys=1", machine_of(8));
  CHECK(ladder.selection->multiply_adds == 1024. * 1025 / 2 * 128 - ladder.pairs * 128);
  CHECK(ladder.selection->reused_B == ladder.selection->key_B);
}

TEST_CASE("a selection never makes a limit of time shorter, and without one there is no rung") {
  RandomProblems random(11);
  for (int trial = 0; trial < 200; ++trial) {
    Posed problem = random.batch();
    const TileMachine machine = random.machine();
    CAPTURE(trial);
    const Ladder without = climb(problem, &machine);
    CHECK(std::ranges::find(without.rungs, "selection", &Rung::name) == without.rungs.end());
    CHECK(&without.with_splits() == &without.rungs[2]);
    problem.selection = parse_selection(
        fmt::format("keys={},choose=top-k,every={}", random.from(1, 1), random.from(1, 4)), "--selection");
    const Ladder ladder = climb(problem, &machine);
    REQUIRE(ladder.rungs.size() == 5);
    CHECK(ladder.rungs[3].name == "selection");
    CHECK(&ladder.with_splits() == &ladder.rungs[3]);
    for (std::size_t r = 1; r < 5; ++r)
      CHECK(ladder.rungs[r].time_s >= ladder.rungs[r - 1].time_s * (1 - rounding));
    CHECK(ladder.rungs[2].time_s == without.rungs[2].time_s);
    CHECK(ladder.rungs[4].time_s >= without.rungs[3].time_s * (1 - rounding));
  }
}

TEST_CASE("the rung says what scores take") {
  const Posed problem = decode(20);
  const TileMachine machine = of_bytes();
  Posed selected = problem;
  selected.selection = parse_selection("keys=1,every=4", "--selection");
  const Ladder ladder = climb(selected, &machine);
  const auto lines = explain(selected, ladder);
  const auto line = *std::ranges::find(lines, "selection", &Explanation::name);
  CHECK(line.why ==
        fmt::format("scores read 8.389 MB ({} of it for attention too) and take {:.3g} multiply-adds, mean "
                    "of steps and layers",
                    pretty(ladder.selection->reused_B, dimension::bytes), ladder.selection->multiply_adds));
}

}  // namespace tilewright::test::TEST_FILE
