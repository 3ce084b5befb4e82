// Random nests, run with data: they compute their cascade, and move what the estimate says.
#include <catch2/catch.hpp>

#include "tests/sim/nest/functional/functional_run.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Seen {
  int right = 0;
  int as_estimated = 0;
  int early = 0;  ///< with an order that Estimator warns of
  int found_early = 0;
};

void run(const Model& model, Seen& seen) {
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  Result estimate;
  try {
    estimator.evaluate(model.given, estimate);
  } catch (const InputError&) {
    return;
  }
  const FunctionalRun run(model);
  if (!estimator.warnings().empty()) {
    ++seen.early;
    seen.found_early += run.fault().empty() ? 0 : 1;
    return;
  }
  ++seen.right;
  CHECK(run.fault() == "");
  CHECK(run.same());
  const std::string moved = moved_differently(model, run.outcome(), estimate);
  INFO(moved);
  seen.as_estimated += moved.empty() ? 1 : 0;
}

Seen run_many(bool cut, bool turns) {
  Random random(11);
  Seen seen;
  for (int i = 0; i < 300; ++i) {
    const Cascade cascade = i % 3 == 0 ? product_cascade() : i % 3 == 1 ? chain_cascade() : small_attention();
    CAPTURE(i, cut, turns);
    run(random_model(random, cascade, "", cut, turns), seen);
  }
  return seen;
}

}  // namespace

TEST_CASE("random nests compute their cascade and move what the estimate says", "[functional]") {
  const Seen seen = run_many(false, false);
  CHECK(seen.right > 200);
  CHECK(seen.as_estimated == seen.right);
  // What is read before it is complete may be right by chance: one element of a few, the largest already.
  CHECK(seen.early > 20);
  CHECK(seen.found_early > 0.8 * seen.early);
}

// An instance with nothing to do in the last tiles gives up its partial sums with those that still add to them, or
// later: the two counts differ there.
TEST_CASE("random nests with last tiles that are smaller compute their cascade", "[functional]") {
  const bool turns = GENERATE(false, true);
  const Seen seen = run_many(true, turns);
  CHECK(seen.right > 30);
  CHECK(seen.as_estimated >= 0.9 * seen.right);
}

}  // namespace tilewright::test::TEST_FILE
