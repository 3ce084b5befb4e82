#include "sim/kernel/cycle/simulate.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "common/error.hpp"
#include "sim/bound/ladder.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/sim/kernel/cycle/prepared.hpp"
#include "tests/sim/kernel/requests.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

double cycles(const Simple& simple, const KernelParameters& parameters = {}) {
  const PreparedKernel kernel = prepared(simple);
  const double skipped = simulate(kernel, parameters).sm_cycles;
  const double exact = simulate(kernel, parameters, {.exact = true, .trace = {}}).sm_cycles;
  CHECK(skipped == Approx(exact).epsilon(0.001));
  return exact;
}

Approx about(double value) { return Approx(value).margin(0.05); }

}  // namespace

TEST_CASE("A block alone takes its visits and its tile", "[cycle]") {
  CHECK(cycles({}) == about(2 * (100 + 20)));
  CHECK(cycles({.key_tiles = 50}) == about(50 * (100 + 20)));
  CHECK(cycles({}, {.tile_cycles = 50}) == about(2 * 120 + 50));
  CHECK(cycles({}, {.matrix_efficiency = 0.5}) == about(2 * (200 + 20)));
  CHECK(cycles({.element_mask = "visited"}, {.mask_operations = 3}) == about(2 * (120 + 3 * 10)));
}

TEST_CASE("Softmax under products costs what is exposed, unless its units are too slow", "[cycle]") {
  CHECK(cycles({.softmax = "under-products", .key_tiles = 3}, {.exposed = 0.5}) == about(3 * (100 + 10)));
  CHECK(cycles({.softmax = "under-products", .key_tiles = 3}, {.exposed = 0.25}) == about(3 * (100 + 5)));
  // 200 cycles of exponentials: those of a visit end before those of the next begin.
  CHECK(cycles({.exp_cycles = 20, .softmax = "under-products", .key_tiles = 3}, {.exposed = 0}) ==
        about(100 + 2 * 200));
}

TEST_CASE("Blocks that share a multiprocessor take turns", "[cycle]") {
  CHECK(cycles({.resident = 2, .query_tiles = 2}) == about(2 * 2 * 120));
  CHECK(cycles({.resident = 3, .query_tiles = 3, .key_tiles = 40}) == about(3 * 40 * 120));
  // One hides the other's wait for K/V: after the first two, a visit every 120 cycles, each copied 300 before.
  CHECK(cycles({.resident = 2, .cache_latency = 50, .stages = 1, .query_tiles = 2}) == about(50 + 4 * 120));
}

// The fifth block is beside the first one until that ends, and then alone.
TEST_CASE("What is skipped ends where a block comes or goes", "[cycle]") {
  const PreparedKernel kernel = prepare_small(small_requests("4*16x1600,16x8000", "dense"));
  REQUIRE(kernel.resident == 2);
  const KernelResult exact = simulate(kernel, {}, {.exact = true, .trace = {}});
  const KernelResult skipped = simulate(kernel, {});
  CHECK(skipped.sm_cycles == Approx(exact.sm_cycles).epsilon(0.001));
  CHECK(skipped.shares.matrix_s == Approx(exact.shares.matrix_s));
  CHECK(skipped.shares.softmax_s == Approx(exact.shares.softmax_s));
}

TEST_CASE("Blocks go in waves", "[cycle]") {
  CHECK(cycles({.multiprocessors = 2, .query_tiles = 5}) == about(3 * 240));
  const KernelResult result = simulate(prepared(Simple{.multiprocessors = 2, .query_tiles = 5}), {});
  CHECK(result.shares.imbalance_s * 1e9 == about(120));
  CHECK(result.shares.matrix_s * 1e9 == about(500));
  CHECK(result.shares.softmax_s * 1e9 == about(100));
  CHECK(result.shares.sum_s() == Approx(result.time_s));
  CHECK(result.utilisation(UnitId::at(0)) == Approx(500.0 / 720).epsilon(0.001));
}

TEST_CASE("The first visit waits for its copies, later ones only where the stages are too few", "[cycle]") {
  // Q is there at 50 + 500, K/V at 150 + 500 and 250 + 500; the output takes 50.
  Simple simple{.cache_B_per_cycle = 4, .cache_latency = 500};
  CHECK(cycles(simple) == about(650 + 2 * 120 + 50));
  // The second copy begins half way through the first visit, at 710.
  simple.stages = 1;
  CHECK(cycles(simple) == about(710 + 600 + 120 + 50));
  // The first after Q, the second after the first visit.
  simple.copies = "serial";
  CHECK(cycles(simple) == about(550 + 2 * (600 + 120) + 50));
}

TEST_CASE("What the next memory does not have comes from further out, later", "[cycle]") {
  CHECK(cycles({.cache_latency = 100, .memory_latency = 300}) == about(300 + 2 * 120));
  // Of three Q tiles, one's K and V: a third of the way between 100 and 300.
  const double latency = 100 + 200.0 / 3;
  CHECK(cycles({.cache_latency = 100, .memory_latency = 300, .copies = "serial", .query_tiles = 3}) ==
        about(3 * (300 + 2 * (latency + 120))));
}

TEST_CASE("A persistent kernel copies for its next Q tile while it computes", "[cycle]") {
  const Simple grid{.cache_latency = 1000, .query_tiles = 2};
  Simple persistent = grid;
  persistent.launch = "persistent";
  CHECK(cycles(grid) == about(2 * (1000 + 240)));
  // K/V of the second tile are asked for at 1060; Q, once the first is done.
  CHECK(cycles(persistent) == about(1240 + 1000 + 240));
  CHECK(cycles(persistent, {.tile_cycles = 2000}) == about(2 * (2000 + 240)));
}

TEST_CASE("A memory's bandwidth gives the time where it is short", "[cycle]") {
  const double bytes_of_first = 200 + 10 * 400;
  CHECK(cycles({.cache_B_per_cycle = 1, .key_tiles = 10}) == about(bytes_of_first + 120 + 200));
  CHECK(cycles({.memory_B_per_cycle = 1, .key_tiles = 10}) == about(bytes_of_first + 120 + 200));
  CHECK(cycles({.multiprocessors = 4, .cache_B_per_cycle = 4, .query_tiles = 4, .key_tiles = 10}) ==
        about(bytes_of_first + 120 + 200));
  const KernelResult result = simulate(prepared(Simple{.memory_B_per_cycle = 1, .key_tiles = 100}), {});
  CHECK(result.binding == Binding(LevelId::at(0)));
  CHECK(result.shares.memory_s > 0.6 * result.time_s);
}

TEST_CASE("Many simulations run in one process, of different machines, and agree with themselves", "[cycle]") {
  for (int run = 0; run < 150; ++run) {
    const Simple simple{.multiprocessors = 1 + run % 40, .resident = 1 + run % 3, .query_tiles = 90};
    const PreparedKernel kernel = prepared(simple);
    const KernelResult first = simulate(kernel, {});
    const KernelResult second = simulate(kernel, {});
    REQUIRE(first.time_s == second.time_s);
    REQUIRE(first.shares.memory_s == second.shares.memory_s);
    const double each = 240.0 * std::ceil(90.0 / simple.multiprocessors);
    REQUIRE(first.sm_cycles <= each + 1);
    REQUIRE(first.sm_cycles >= 240.0 * 90 / simple.multiprocessors);
  }
}

TEST_CASE("A kernel of passes alone is as estimated, and has no trace", "[cycle]") {
  const PreparedKernel kernel = prepared(Asked{.kernel = "unfused"});
  CHECK(simulate(kernel, {}).time_s == estimate(kernel, {}).time_s);
  CHECK_THROWS_WITH(simulate(kernel, {}, {.exact = false, .trace = TraceOptions{.file = "trace.json"}}),
                    "kernel 'unfused' has no fused part, so there is nothing to trace");
}

TEST_CASE("A pass that states what it takes is as estimated", "[cycle]") {
  const KernelText text{.more =
                            "    before: [{name: a, read_B: 3e6, write_B: 1e6, multiply_adds: 1e6, operations: "
                            "{exp: 1e5}, blocks: 9, steps: longest, step_cycles: 500}]\n"};
  const PreparedKernel kernel = prepare_small(small_problem("causal", 64), text);
  const KernelResult estimated = estimate(kernel, {});
  const KernelResult simulated = simulate(kernel, {});
  const KernelResult without = simulate(prepare_small(small_problem("causal", 64)), {});
  CHECK(simulated.shares.passes_s == Approx(3 * 64 * 500e-9));
  CHECK(simulated.shares.passes_s == estimated.shares.passes_s);
  CHECK(simulated.time_s == Approx(without.time_s + 1e-6 + 96e-6));
  CHECK(simulated.level_read_B.front() == without.level_read_B.front() + 3e6);
  CHECK(simulated.level_write_B.front() == without.level_write_B.front() + 1e6);
  for (const UnitId u : kernel.arch.units.ids())
    CHECK(simulated.unit_busy_s[u] == Approx(estimated.unit_busy_s[u]).epsilon(1e-6));
}

TEST_CASE("What cannot be simulated in any time is refused", "[cycle]") {
  PreparedKernel kernel = prepared(Simple{});
  kernel.blocks.times = 1e9;
  CHECK_THROWS_AS(simulate(kernel, {}), InputError);
  PreparedKernel slow = prepared(Simple{});
  slow.arch.levels.front().latency_s = 1e9;
  CHECK_THROWS_AS(simulate(slow, {}), InputError);
}

TEST_CASE("Units are as busy as estimated, also where a block has parts of several Q tiles", "[cycle]") {
  for (const char* more : {"", "    splits: 3\n", "    splits: stream\n"}) {
    const PreparedKernel kernel =
        prepare_small(small_problem("causal", 1144, 4), {.bind_division = "vector", .more = more, .einsums = "{}"});
    INFO(more);
    const KernelResult estimated = estimate(kernel, {});
    const KernelResult simulated = simulate(kernel, {});
    for (const UnitId u : kernel.arch.units.ids())
      CHECK(estimated.unit_busy_s[u] == Approx(simulated.unit_busy_s[u]).epsilon(1e-6));
  }
}

TEST_CASE("Products beside the softmax hold their unit: no share is more than its unit is busy for", "[cycle]") {
  const PreparedKernel kernel = prepared(Asked{.kernel = "flash-attention-3"});
  const KernelParameters parameters{.matrix_efficiency = 1.3, .exposed = 0.8};
  for (const KernelResult& result : {estimate(kernel, parameters), simulate(kernel, parameters)}) {
    double busiest_matrix_s = 0;
    for (const UnitId u : kernel.arch.units.ids())
      if (role_of(kernel.arch.units[u]) == UnitRole::matrix)
        busiest_matrix_s = std::max(busiest_matrix_s, result.unit_busy_s[u]);
    CHECK(result.shares.matrix_s >= busiest_matrix_s * (1 - 1e-6));
    CHECK(result.shares.softmax_s >= 0);
  }
}

}  // namespace tilewright::test::TEST_FILE
