#include "sim/bound/compute.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// The best of a grid of splits of both kinds of work between two units.
double best_split(const std::vector<UnitRates>& units, double multiply_adds, double exps, int steps) {
  double best = unlimited;
  const auto time_on = [](const UnitRates& unit, double products, double exponentials) {
    const double products_s = products > 0 ? products / unit.multiply_adds_per_s : 0;
    const double exps_s = exponentials > 0 ? exponentials / unit.exps_per_s : 0;
    return unit.chained ? std::max(products_s, exps_s) : products_s + exps_s;
  };
  for (int a = 0; a <= steps; ++a)
    for (int b = 0; b <= steps; ++b) {
      const double products = multiply_adds * a / steps;
      const double exponentials = exps * b / steps;
      best = std::min(best,
                      std::max(time_on(units[0], products, exponentials),
                               time_on(units[1], multiply_adds * (steps - a) / steps, exps * (steps - b) / steps)));
    }
  return best;
}

}  // namespace

TEST_CASE("each kind of work takes its units, and what one unit does of both adds up") {
  const ComputeRates apart{{{"matrix", 8, 0}, {"special", 0, 2}}};
  CHECK(apart.least_time(80, 2).time_s == 10);
  CHECK(apart.least_time(80, 2).units == "matrix");
  CHECK(apart.least_time(8, 20).time_s == 10);
  CHECK(apart.least_time(8, 20).units == "special");
  const ComputeRates one{{{"array", 8, 2}}};
  CHECK(one.least_time(80, 20).time_s == 20);
  const ComputeRates chained{{{"array", 8, 2, true}}};
  CHECK(chained.least_time(80, 30).time_s == 15);
  const ComputeRates helped{{{"array", 8, 2}, {"special", 0, 2}}};
  CHECK(helped.least_time(80, 30).time_s == Approx((80 + 4 * 30) / 16.0));
  CHECK(helped.least_time(80, 30).units == "array and special");
  const ComputeRates without{{{"matrix", 8, 0}}};
  CHECK(without.least_time(80, 1e9).time_s == 10);
  CHECK(helped.without_exps().least_time(80, 30).time_s == 10);
}

TEST_CASE("no split of the work is faster, and the best is as fast") {
  std::mt19937 random(3);
  const auto rate = [&](bool may_be_none) {
    return may_be_none && random() % 3 == 0 ? 0 : std::uniform_real_distribution<double>(0.5, 8)(random);
  };
  for (int i = 0; i < 300; ++i) {
    const ComputeRates rates{
        {{"a", rate(false), rate(true), random() % 4 == 0}, {"b", rate(true), rate(false), random() % 4 == 0}}};
    const double multiply_adds = rate(false);
    const double exps = rate(true);
    const double least_s = rates.least_time(multiply_adds, exps).time_s;
    const double best_s = best_split(rates.units, multiply_adds, exps, 200);
    CHECK(least_s <= best_s * (1 + 1e-9));
    CHECK(least_s >= best_s * 0.97);
  }
}

TEST_CASE("an alternative is the same hardware, as fast as the faster of both") {
  Arch arch;
  arch.name = "gpu";
  arch.clock_Hz = 2;
  const UnitId matrix = arch.units.push_back({.name = "matrix", .lanes = 64, .operations = {{"multiply_add", 2}}});
  arch.units.push_back({.name = "special", .lanes = 4, .operations = {{"exp", 1}}});
  arch.units.push_back(
      {.name = "slow", .lanes = 16, .operations = {{"multiply_add", 1}}, .alternative_to = matrix});
  arch.units.push_back({.name = "vector", .lanes = 16, .operations = {{"add", 1}}});
  const ComputeRates rates = compute_of(arch, AttentionWords::all(2));
  REQUIRE(rates.units.size() == 2);
  CHECK(rates.units[0].multiply_adds_per_s == 64);
  CHECK(rates.units[0].exps_per_s == 0);
  CHECK(rates.units[1].name == "special");
  CHECK(rates.units[1].exps_per_s == 8);
  arch.units.clear();
  arch.units.push_back({.name = "special", .lanes = 4, .operations = {{"exp", 1}}});
  CHECK(message_of([&] { (void)compute_of(arch, AttentionWords::all(2)); }) ==
        "architecture 'gpu' has no unit for multiply_add");
}

TEST_CASE("multiply-adds are as fast as the words of their operands let them be") {
  Arch arch;
  arch.clock_Hz = 1;
  arch.units = {{.name = "matrix", .lanes = 8, .operations = {{"multiply_add", 1, 0, {{1, 0.25}}}}},
                {.name = "special", .lanes = 4, .operations = {{"exp", 1, 0, {{1, 0.5}}}}}};
  Attention problem;
  problem.head_dim = 64;
  problem.value_dim = 32;
  const auto time_of_pairs = [&](double score_B, double value_B) {
    problem.words = {.query_B = score_B, .key_B = 1, .value_B = 1, .weight_B = value_B, .named_B = {}};
    const ComputeRates rates = compute_of(arch, problem.words);
    CHECK(rates.units[1].exps_per_s == 8);
    return rates.least_time(10 * rates.multiply_adds(problem), 10).time_s;
  };
  CHECK(time_of_pairs(2, 2) == Approx(10 * (64 + 32) / 8));
  CHECK(time_of_pairs(1, 1) == Approx(10 * (64 + 32) / 32));
  CHECK(time_of_pairs(1, 2) == Approx(10 * (64 / 32.0 + 32 / 8.0)));
  CHECK(time_of_pairs(2, 1) == Approx(10 * (64 / 8.0 + 32 / 32.0)));
}

TEST_CASE("no split of products of two words among two units is faster") {
  std::mt19937 random(7);
  const auto number = [&](double most) { return std::uniform_real_distribution<double>(0.5, most)(random); };
  for (int i = 0; i < 200; ++i) {
    Arch arch;
    arch.clock_Hz = 1;
    for (const char* name : {"a", "b"}) {
      const double cycles = number(8);
      arch.units.push_back(
          {.name = name, .lanes = 1, .operations = {{"multiply_add", cycles, 0, {{1, cycles / number(4)}}}}});
    }
    Attention problem;
    problem.head_dim = number(64);
    problem.value_dim = number(64);
    problem.words = {.query_B = 1, .key_B = 1, .value_B = 2, .weight_B = 2, .named_B = {}};
    const ComputeRates rates = compute_of(arch, problem.words);
    const double least_s = rates.least_time(rates.multiply_adds(problem), 0).time_s;
    for (double a = 0; a <= 1; a += 0.05)
      for (double b = 0; b <= 1; b += 0.05) {
        const auto time_on = [&](const ComputeUnit& unit, double scores, double values) {
          const OperationCost& cost = unit.operations.front();
          return scores * problem.head_dim * cost.cycles_for(1) + values * problem.value_dim * cost.cycles_for(2);
        };
        CHECK(least_s <= (1 + 1e-9) * std::max(time_on(arch.units[UnitId::at(0)], a, b),
                                               time_on(arch.units[UnitId::at(1)], 1 - a, 1 - b)));
      }
  }
}

}  // namespace tilewright::test::TEST_FILE
