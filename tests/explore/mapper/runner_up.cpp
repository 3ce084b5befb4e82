#include "explore/mapper/runner_up.hpp"

#include <set>

#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/require_best.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Groups, ranks with shared loops, levels of tensors and units, as texts: written from docs/map.md.
std::set<std::string> decisions(const std::vector<GroupPlan>& groups, const Arch& arch) {
  std::set<std::string> all;
  for (const GroupPlan& group : groups) {
    const std::size_t first = group.einsums.front().einsum.index();
    all.insert(fmt::format("group {} to {}", first, group.einsums.back().einsum.index()));
    for (const PlannedLoop& loop : group.loops)
      if (loop.factor > 1) all.insert(fmt::format("{} shares {}", first, loop.rank.index()));
    std::set<TensorId> elsewhere;
    for (const PlannedKeep& keep : group.keeps)
      if (arch.levels[keep.level].parent) {
        elsewhere.insert(keep.tensor);
        all.insert(fmt::format("{} has {} in {}", first, keep.tensor.index(), keep.level.index()));
      }
    for (const PlannedKeep& keep : group.keeps)
      if (!elsewhere.contains(keep.tensor))
        all.insert(fmt::format("{} has {} outside", first, keep.tensor.index()));
    for (const EinsumPlan& plan : group.einsums)
      all.insert(fmt::format("{} is on {}", plan.einsum.index(), plan.unit.index()));
  }
  return all;
}

void require_runner_up(const MapProblem& problem, const std::string& objective_text) {
  const Objective objective = Objective::parse(objective_text);
  const PartitionResult best = search_partitions(problem, objective, {});
  if (best.options.empty()) return;
  const std::vector<GroupPlan>& groups = best.options.front().groups;
  const std::set<std::string> of_best = decisions(groups, problem.arch);
  std::optional<Score> expected;
  BruteForce brute_force(problem);
  brute_force.each([&](const Plan& plan, const Score& score) {
    if (expected && !objective.before(score, *expected)) return;
    if (decisions(plan.groups, problem.arch) != of_best) expected = score;
  });
  const PartitionResult found = search_differing(problem, objective, {}, groups);
  CHECK(found.count.ended);
  REQUIRE(expected.has_value() == !found.options.empty());
  if (!expected) return;
  const MappingOption& second = found.options.front();
  CAPTURE(to_nest({{}, groups}, problem.cascade, problem.arch),
          to_nest({{}, second.groups}, problem.cascade, problem.arch));
  CHECK(decisions(second.groups, problem.arch) != of_best);
  CHECK_FALSE(differences(groups, second.groups, problem.cascade, problem.arch).empty());
  const Metric measure = objective.measures().front();
  CHECK(second.score.of(measure) == Approx(expected->of(measure)).epsilon(1e-12));
  CHECK(second.score.of(measure) >= best.options.front().score.of(measure) * (1 - 1e-12));
}

void require_runner_up(unsigned seed) {
  Random random(seed + 500);
  const Arch arch = random_arch(random);
  const Cascade cascade = seed % 3 == 0 ? product() : seed % 3 == 1 ? two_steps() : three_steps();
  const std::vector<double> shapes = seed % 3 == 0 ? std::vector<double>{2, random.one_of({1, 2, 3}), 2}
                                     : seed % 3 == 1
                                         ? std::vector<double>{random.one_of({2, 3}), random.one_of({1, 2})}
                                         : std::vector<double>{2};
  CAPTURE(seed);
  require_runner_up(problem_of(cascade, arch, shapes),
                    std::array{"time", "energy", "edp", "traffic", "buffer"}[seed % 5]);
}

}  // namespace

TEST_CASE("the runner-up is the best of all mappings that differ in structure", "[mapper]") {
  require_runner_up(GENERATE(range(0u, 12u)));
}

TEST_CASE("the runner-up is the best of all mappings that differ in structure in many small spaces",
          "[mapper][slow]") {
  require_runner_up(GENERATE(range(12u, 28u)));
}

TEST_CASE("a runner-up in words") {
  RunnerUp runner_up;
  runner_up.proven = true;
  CHECK(to_text(runner_up, Metric::edp) == "none: every mapping of the space has this structure");
  runner_up.proven = false;
  CHECK(to_text(runner_up, Metric::edp) == "none found in the time of the search itself");
  runner_up.mapping.emplace();
  runner_up.ratio = 1.25;
  runner_up.differences = {"groups A, B instead of A + B", "A on vector instead of array"};
  CHECK(
      to_text(runner_up, Metric::edp) ==
      "1.25 times the edp, with groups A, B instead of A + B; A on vector instead of array (not proven: the search "
      "for it ended early)");
  runner_up.proven = true;
  runner_up.ratio = 1 + 1e-13;
  runner_up.differences = {"W in DRAM instead of SRAM"};
  CHECK(to_text(runner_up, Metric::time) == "as good in time, with W in DRAM instead of SRAM");
}

}  // namespace tilewright::test::TEST_FILE
