// The best mappings of one cascade with given shapes: which Einsums in a row make a fusion group, and how each
// group runs.
#pragma once

#include <optional>
#include <vector>

#include "explore/mapper/group_search.hpp"

namespace tilewright {

struct MappingOption {
  Score score;
  std::vector<GroupPlan> groups;
};

struct PartitionResult {
  std::vector<MappingOption> options;  ///< best first; several only where the objective keeps a front
  Score bound;                         ///< no mapping of the cascade costs less
  SearchCount count;
};

/// `around`: the best mapping that is known, what is worse is left out; and when to end. `lanes`, of the problem,
/// knows what earlier searches found.
PartitionResult search_partitions(const MapProblem& problem, LaneSearch& lanes, const Objective& objective,
                                  const Surroundings& around);
PartitionResult search_partitions(const MapProblem& problem, const Objective& objective,
                                  const Surroundings& around);

/// How many groups that takes.
std::size_t groups_of(const MapProblem& problem);

/// PartitionResult::bound alone.
Score bound_of(const MapProblem& problem, LaneSearch& lanes, const Objective& objective);

}  // namespace tilewright
