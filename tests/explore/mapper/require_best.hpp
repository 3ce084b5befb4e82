// The search against every mapping of a space, one by one.
#pragma once

#include <catch2/catch.hpp>

#include "explore/mapper/partition_search.hpp"
#include "tests/explore/mapper/brute_force.hpp"

namespace tilewright::test {

/// What one objective finds, against all mappings as they come.
class Contest {
 public:
  Contest(const MapProblem& problem, const std::string& objective)
      : problem_(problem),
        name_(objective),
        objective_(Objective::parse(objective)),
        found_(search_partitions(problem, objective_, {})) {}

  void meet(const Plan& plan, const Score& score) {
    ++met_;
    const auto covers = [&](const MappingOption& option) { return is_covered(option.score, score); };
    if (std::ranges::any_of(found_.options, covers)) return;
    if (missed_++ == 0) better_ = to_nest(plan, problem_.cascade, problem_.arch);
  }

  // What the search says is what the model says, is of the space, and none is better.
  void check(BruteForce& brute_force) const {
    CAPTURE(name_, better_);
    REQUIRE((met_ > 0) == !found_.options.empty());
    CHECK(missed_ == 0);
    for (const MappingOption& option : found_.options) {
      CAPTURE(to_nest({{}, option.groups}, problem_.cascade, problem_.arch));
      const auto measured = brute_force.score_of({{}, option.groups});
      REQUIRE(measured);
      CHECK(obeys(problem_, {{}, option.groups}));
      CHECK(option.score.time_s == Approx(measured->time_s).epsilon(1e-12));
      CHECK(option.score.energy_J == Approx(measured->energy_J).epsilon(1e-12));
      CHECK(option.score.traffic_B == Approx(measured->traffic_B).epsilon(1e-12));
      CHECK(option.score.buffer_B == Approx(measured->buffer_B).epsilon(1e-12));
      for (const Metric measure : objective_.measures())
        CHECK(found_.bound.of(measure) <= option.score.of(measure) * (1 + 1e-12));
    }
  }

 private:
  [[nodiscard]] bool is_covered(const Score& found, const Score& other) const {
    if (objective_.measures().size() > 1) return objective_.covers(found, other);
    const Metric measure = objective_.measures().front();
    return found.of(measure) <= other.of(measure) * (1 + 1e-12);
  }

  const MapProblem& problem_;
  std::string name_;
  Objective objective_;
  PartitionResult found_;
  std::size_t met_ = 0;
  std::size_t missed_ = 0;
  std::string better_;
};

/// All mappings are tried once for all objectives.
inline void require_best(const MapProblem& problem, const std::vector<std::string>& objectives) {
  std::vector<Contest> contests;
  for (const std::string& objective : objectives) contests.emplace_back(problem, objective);
  BruteForce brute_force(problem);
  brute_force.each([&](const Plan& plan, const Score& score) {
    for (Contest& contest : contests) contest.meet(plan, score);
  });
  for (const Contest& contest : contests) contest.check(brute_force);
}

/// Single ones, and sets of which none is better than another.
inline void require_best(const MapProblem& problem) {
  require_best(problem,
               {"time", "energy", "edp", "traffic", "time,energy", "traffic,buffer", "energy,buffer,time"});
}

}  // namespace tilewright::test
