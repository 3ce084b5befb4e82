// The best mapping that differs from the best one in structure: what else there was to choose.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explore/mapper/mapper.hpp"

namespace tilewright {

/// The best mapping that does not have the groups, shared loops, places and units of `groups` all together,
/// whatever its sizes. Such a mapping differs in a unit, or it lacks one of the groups with their loops and places:
/// both are demands that a search honours, so the best of these searches is the best of all that differ.
PartitionResult search_differing(const MapProblem& problem, const Objective& objective, Surroundings around,
                                 const std::vector<GroupPlan>& groups);

struct RunnerUp {
  std::optional<FoundMapping> mapping;   ///< nothing where no other structure is possible, or none was found
  double ratio = 1;                      ///< of what is minimised, over that of the best
  std::vector<std::string> differences;  ///< in words; see structure.hpp
  bool proven = false;                   ///< none that differs is better; else it may not be the second best
};

/// Of a result with one objective, the search for which has ended: in this time, or with what is found by then.
/// Interrupted, it throws Interrupted.
RunnerUp find_runner_up(const MapRequest& request, const MapResult& result, double time_limit_s, Library& library);

/// One line for people; `measure` is what is minimised.
std::string to_text(const RunnerUp& runner_up, Metric measure);

}  // namespace tilewright
