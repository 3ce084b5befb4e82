// The search against every mapping of a space, one by one.
#pragma once

#include <catch2/catch.hpp>

#include "explore/mapper/partition_search.hpp"
#include "tests/explore/mapper/brute_force.hpp"

namespace tilewright::test {

// Every mapping is no better than one of those found, each of which is a mapping.
inline void require_front(const MapProblem& problem, const std::string& objective_text) {
  const Objective objective = Objective::parse(objective_text);
  BruteForce brute_force(problem);
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
    CHECK(obeys(problem, {{}, option.groups}));
    CHECK(objective.covers(*measured, option.score));
    CHECK(objective.covers(option.score, *measured));
  }
}

inline void require_best(const MapProblem& problem, const std::string& objective_text) {
  const Objective objective = Objective::parse(objective_text);
  BruteForce brute_force(problem);
  const auto expected = brute_force.best(objective);
  const PartitionResult found = search_partitions(problem, objective, {});
  REQUIRE(expected.has_value() == !found.options.empty());
  if (!expected) return;
  const Score& score = found.options.front().score;
  const auto measured = brute_force.score_of({{}, found.options.front().groups});
  REQUIRE(measured);
  CHECK(obeys(problem, {{}, found.options.front().groups}));
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

}  // namespace tilewright::test
