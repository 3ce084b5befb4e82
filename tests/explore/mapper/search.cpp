#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <random>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "explore/mapper/partition_search.hpp"
#include "tests/explore/mapper/brute_force.hpp"

using namespace tilewright;
using test::BruteForce;

namespace {

Cascade cascade_of(const std::string& body) {
  return parse_cascade(Yaml::parse("cascade:\n  name: c\n" + body, "c.yaml"));
}

Cascade product() {
  return cascade_of(
      "  inputs: {A: [M, K], W: [K, N]}\n  outputs: [Z]\n  einsums:\n    - Z[m,n] = A[m,k] * W[k,n]\n");
}

// Elements that two Einsums in a row share.
Cascade two_steps() {
  return cascade_of(
      "  inputs: {A: [M], W: [M, N]}\n  outputs: [Z]\n  einsums:\n    - T[m] = exp(A[m])\n    - Z[n] = T[m] * "
      "W[m,n]\n");
}

Cascade three_steps() {
  return cascade_of(
      "  inputs: {A: [M], W: [M]}\n  outputs: [Z]\n  einsums:\n"
      "    - T[m] = exp(A[m])\n    - U[m] = exp(T[m])\n    - Z[m] = U[m] * W[m]\n");
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  double one_of(std::initializer_list<double> values) {
    return values.begin()[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(engine_)];
  }

 private:
  std::mt19937 engine_;
};

Arch random_arch(Random& random) {
  const auto each = [&](std::initializer_list<double> values) { return random.one_of(values); };
  const double lanes = each({2, 4});
  const std::string text = fmt::format(
      "arch:\n  name: a\n  clock_Hz: 1 GHz\n  levels:\n"
      "    - {{name: outer, access_B: 1, bandwidth_B_per_s: {} GB/s, read_J: {} pJ, write_J: {} pJ, multicast: {}, "
      "reduction: {}}}\n"
      "    - {{name: middle, parent: outer, access_B: 1, capacity_B: {} B, bandwidth_B_per_s: {} GB/s, read_J: {} "
      "pJ, write_J: {} pJ}}\n"
      "    - {{name: inner, parent: middle, access_B: 1, instances: {}, capacity_B: {} B, read_J: {} pJ, write_J: "
      "{} pJ}}\n"
      "  units:\n"
      "    - {{name: array, lanes: {}, operations: {{multiply_add: {{cycles: 1, energy_J: 1 pJ}}, multiply: "
      "{{cycles: 1, energy_J: 1 pJ}}}}}}\n"
      "    - {{name: vector, lanes: 2, operations: {{exp: {{cycles: {}, energy_J: 2 pJ}}, multiply: {{cycles: 2, "
      "energy_J: 0.5 pJ}}, multiply_add: {{cycles: 3, energy_J: 0.5 pJ}}}}}}\n",
      each({0.5, 2, 8}), each({20, 90}), each({20, 110}), each({0, 1}) == 1 ? "true" : "false",
      each({0, 1}) == 1 ? "true" : "false", each({4, 6, 8, 12, 30}), each({1, 4, 1000}), each({4, 9, 25}),
      each({5, 12, 30}), lanes, each({1, 2, 3, 4}), each({0.5, 3}), each({0.5, 4}), lanes, each({1, 2}));
  return ArchFile(Yaml::parse(text, "a.yaml")).with();
}

MapProblem problem_of(const Cascade& cascade, const Arch& arch, const std::vector<double>& shapes,
                      const WorkloadMask* mask = nullptr) {
  return {cascade, arch, ByRank<double>(shapes.begin(), shapes.end()), ByTensor<double>(cascade.tensors.size(), 1),
          mask};
}

// Of M queries and N keys, or N and M.
WorkloadMask mask_of(const std::string& pattern, const std::string& queries, const std::string& keys) {
  Workload workload;
  workload.ranks.emplace();
  workload.ranks->queries = queries;
  workload.ranks->keys = keys;
  workload.set_mask(pattern);
  return *workload.mask;
}

// Every mapping is no better than one of those found, each of which is a mapping.
void require_front(const MapProblem& problem, const std::string& objective_text,
                   const WorkloadMask* mask = nullptr) {
  const Objective objective = Objective::parse(objective_text);
  BruteForce brute_force(problem, mask);
  const PartitionResult found = search_partitions(problem, objective, {});
  std::size_t beyond = 0;
  brute_force.each([&](const Plan&, const Score& score) {
    const auto covers = [&](const MappingOption& option) { return objective.covers(option.score, score); };
    beyond += std::ranges::none_of(found.options, covers) ? 1 : 0;
  });
  CHECK(beyond == 0);
  for (const MappingOption& option : found.options) {
    const auto measured = brute_force.score_of({{}, option.groups});
    REQUIRE(measured);
    CHECK(objective.covers(*measured, option.score));
    CHECK(objective.covers(option.score, *measured));
  }
}

void require_best(const MapProblem& problem, const std::string& objective_text,
                  const WorkloadMask* mask = nullptr) {
  const Objective objective = Objective::parse(objective_text);
  BruteForce brute_force(problem, mask);
  const auto expected = brute_force.best(objective);
  const PartitionResult found = search_partitions(problem, objective, {});
  REQUIRE(expected.has_value() == !found.options.empty());
  if (!expected) return;
  const Score& score = found.options.front().score;
  const auto measured = brute_force.score_of({{}, found.options.front().groups});
  REQUIRE(measured);
  std::string better;
  if (score.of(objective.measures().front()) > expected->of(objective.measures().front()) * (1 + 1e-12))
    brute_force.each([&](const Plan& plan, const Score& other) {
      if (better.empty() && !objective.before(*expected, other))
        better = to_nest(plan, problem.cascade, problem.arch);
    });
  CAPTURE(better, to_nest({{}, found.options.front().groups}, problem.cascade, problem.arch));
  // What the search says is what the model says, and is the best there is.
  CHECK(score.time_s == Approx(measured->time_s).epsilon(1e-12));
  CHECK(score.energy_J == Approx(measured->energy_J).epsilon(1e-12));
  CHECK(score.traffic_B == Approx(measured->traffic_B).epsilon(1e-12));
  CHECK(score.of(objective.measures().front()) ==
        Approx(expected->of(objective.measures().front())).epsilon(1e-12));
  CHECK(found.bound.of(objective.measures().front()) <= expected->of(objective.measures().front()) * (1 + 1e-12));
}

}  // namespace

namespace {

void require_best_of(unsigned seed) {
  Random random(seed);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed % 4];
  CAPTURE(seed, objective);
  if (seed % 3 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {2, random.one_of({1, 2, 3}), 2}), objective);
  } else if (seed % 3 == 1) {
    const Cascade cascade = two_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), random.one_of({1, 2})}), objective);
  } else {
    const Cascade cascade = three_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3})}), objective);
  }
}

}  // namespace

TEST_CASE("the mapping found is the best of all, one by one", "[mapper]") {
  require_best_of(GENERATE(range(0u, 24u)));
}

TEST_CASE("the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_of(GENERATE(range(24u, 300u)));
}

TEST_CASE("no mapping is outside of the front found", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 12u));
  Random random(seed + 1000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time,energy", "traffic,buffer", "energy,buffer,time"}[seed % 3];
  CAPTURE(seed, objective);
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_front(problem_of(cascade, arch, {2, random.one_of({1, 2}), 2}), objective);
  } else {
    const Cascade cascade = two_steps();
    require_front(problem_of(cascade, arch, {2, random.one_of({1, 2})}), objective);
  }
}

namespace {

// Queries and keys as they come, and the other way round.
void require_best_masked(unsigned seed) {
  Random random(seed + 5000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed / 3 % 4];
  const char* pattern = std::array{"causal", "sliding,left=1", "sliding,left=0,right=1", "s2,shards=1"}[seed % 3];
  const bool swapped = seed / 6 % 2 == 1;
  CAPTURE(seed, objective, pattern, swapped);
  const WorkloadMask mask = mask_of(pattern, swapped ? "N" : "M", swapped ? "M" : "N");
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), 2, random.one_of({1, 2})}, &mask), objective,
                 &mask);
  } else {
    const Cascade cascade = two_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3, 4}), random.one_of({2, 4})}, &mask), objective,
                 &mask);
  }
}

}  // namespace

TEST_CASE("under a mask the mapping found is the best of all that skip blocks", "[mapper]") {
  require_best_masked(GENERATE(range(0u, 8u)));
}
TEST_CASE("under a mask the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_masked(GENERATE(range(8u, 160u)));
}
TEST_CASE("under a mask no mapping is outside of the front found", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 3u));
  Random random(seed + 7000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time,energy", "traffic,buffer", "energy,buffer,time"}[seed % 3];
  const WorkloadMask mask = mask_of("causal", "M", "N");
  CAPTURE(seed, objective);
  const Cascade cascade = two_steps();
  require_front(problem_of(cascade, arch, {2, random.one_of({2, 4})}, &mask), objective, &mask);
}
