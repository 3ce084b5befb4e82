// What must hold of every simulation, over kernels, machines and masks at random.
#include <catch2/catch.hpp>
#include <random>

#include "sim/bound/ladder.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/sim/kernel/cycle/prepared.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct RandomCase {
  Asked asked;
  KernelParameters parameters;
  std::string text;
};

template <class Value>
Value any_of(std::mt19937& random, const std::vector<Value>& values) {
  return values[random() % values.size()];
}

RandomCase random_case(std::mt19937& random, bool masked) {
  RandomCase result;
  Asked& asked = result.asked;
  const auto [kernel, arch] =
      any_of<std::pair<std::string, std::string>>(random, {{"flash-attention-3", "h100-sxm5"},
                                                           {"flash-attention-2", "h100-sxm5"},
                                                           {"flash-attention-2", "a100-sxm4-80gb"},
                                                           {"cudnn-sdpa", "h200"},
                                                           {"flash-attention-4", "b200"}});
  asked.kernel = kernel;
  asked.arch = "gpu/" + arch;
  asked.heads = any_of<double>(random, {8, 16, 24});
  asked.head_dim = any_of<double>(random, {64, 128});
  if (masked) {
    const auto [layout, mask] =
        any_of<std::pair<std::string, std::string>>(random, {{"8192", "causal"},
                                                             {"16384", "sliding,left=2047"},
                                                             {"12x32x32", "gna,window=6x16x16"},
                                                             {"12x32x32", "gna,window=6x16x16,stride=2x8x8"},
                                                             {"96x96", "gna,window=33x33"}});
    asked.layout = layout;
    asked.mask = mask;
  } else {
    asked.layout = any_of<std::string>(random, {"4096", "6000", "8192", "12288"});
  }
  result.parameters = {.matrix_efficiency = any_of<double>(random, {0.8, 0.95, 1}),
                       .exposed = any_of<double>(random, {0.4, 0.6, 0.9}),
                       .tile_cycles = any_of<double>(random, {1500, 3000}),
                       .mask_operations = any_of<double>(random, {0, 2})};
  result.text = asked.kernel + " " + asked.arch + " " + asked.layout + " " + asked.mask + " heads " +
                std::to_string(asked.heads) + " of " + std::to_string(asked.head_dim);
  return result;
}

// The lower limit of every rung, for the machine at the simulation's clock.
double longest_rung_s(const PreparedKernel& kernel, double clock_Hz) {
  Arch arch = kernel.arch;
  arch.clock_Hz = clock_Hz;
  const TileMachine machine = tile_machine_of(arch, kernel.problem, kernel.tiling);
  double longest_s = 0;
  for (const Rung& rung : climb(kernel.problem, kernel.tiling, &machine).rungs)
    longest_s = std::max(longest_s, rung.time_s);
  return longest_s;
}

void check_invariants(const PreparedKernel& kernel, const KernelResult& result) {
  CHECK(result.time_s >= longest_rung_s(kernel, result.clock_Hz));
  CHECK(result.shares.sum_s() == Approx(result.time_s));
  for (const UnitId u : kernel.arch.units.ids()) CHECK(result.utilisation(u) <= 1);
  for (const LevelId l : kernel.arch.levels.ids()) {
    CHECK(result.level_time_s[l] <= result.time_s);
    if (!kernel.passes.empty()) continue;
    // Of the outermost memory both count on their own.
    CHECK(result.level_read_B[l] == Approx(kernel.read_B[l]).epsilon(l == LevelId::at(0) ? 0.05 : 1e-5));
    CHECK(result.level_write_B[l] == Approx(kernel.write_B[l]));
  }
}

}  // namespace

TEST_CASE("Simulation and estimate agree, above every bound, and skipping changes nothing", "[cycle]") {
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    const bool masked = i % 2 == 1;
    const RandomCase each = random_case(random, masked);
    INFO(each.text);
    const PreparedKernel kernel = prepared(each.asked);
    const KernelResult estimated = estimate(kernel, each.parameters);
    const KernelResult skipped = simulate(kernel, each.parameters);
    const KernelResult exact = simulate(kernel, each.parameters, {.exact = true, .trace = {}});
    // Where blocks share a multiprocessor, small differences of time decide whether the last ones do, so the two
    // differ by up to a block's length.
    const double alone_s =
        (kernel.resident - 1) * block_cycles(kernel, each.parameters, kernel.blocks.longest()) / estimated.clock_Hz;
    CHECK(exact.time_s <= estimated.time_s * (masked ? 1.10 : 1.05) + alone_s);
    CHECK(exact.time_s >= estimated.time_s * (masked ? 0.90 : 0.95) - alone_s);
    CHECK(skipped.time_s == Approx(exact.time_s).epsilon(0.005));
    check_invariants(kernel, exact);
    check_invariants(kernel, skipped);
  }
}

TEST_CASE("Less work takes no more time", "[cycle]") {
  std::mt19937 random(11);
  for (int i = 0; i < 10; ++i) {
    RandomCase each = random_case(random, i % 2 == 1);
    INFO(each.text);
    const double all_s = simulate(prepared(each.asked), each.parameters).time_s;
    PreparedKernel fewer_visits = prepared(each.asked);
    for (BlockSequence& sequence : fewer_visits.blocks.sequences)
      for (BlockRun& run : sequence.runs)
        if (run.visits() > 1) --(run.full > 0 ? run.full : run.partial);
    // Rounding of what shares the memories aside.
    CHECK(simulate(fewer_visits, each.parameters).time_s <= all_s * 1.001);
    each.asked.heads /= 2;
    CHECK(simulate(prepared(each.asked), each.parameters).time_s <= all_s * 1.001);
  }
}

}  // namespace tilewright::test::TEST_FILE
