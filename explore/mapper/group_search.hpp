// The best ways to run a fusion group: shared loops and their tiles, where its tensors live, and what each Einsum
// does within a block.
//
// Best first: every choice of shared loops has a bound, and choices are opened in its order until none that is left
// can be better than what is found.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "explore/mapper/group_blocks.hpp"
#include "explore/mapper/search_status.hpp"
#include "explore/mapper/structure.hpp"

namespace tilewright {

struct GroupOption {
  Score score;
  GroupPlan plan;
};

/// How far a search got.
struct SearchCount {
  double blocks = 0;  ///< choices of shared loops in the space
  double opened = 0;  ///< of them, those whose bound did not exclude them
  double priced = 0;  ///< ways of Einsums that were priced
  bool ended = true;  ///< nothing that may be better was left out
};

/// What a whole mapping costs besides a group: bounds, and the best that is found.
struct Surroundings {
  Score rest;                                         ///< of all other Einsums, at least
  std::optional<Score> best;                          ///< of a whole mapping
  std::function<bool()> stop = [] { return false; };  ///< whether to end the search with what is found
  bool any = false;                                   ///< whether one option is enough
  const GroupStructure* avoid = nullptr;              ///< that no option has, whatever its sizes and units
  SearchStatus* status = nullptr;                     ///< is told how far the search is
};

class GroupSearch {
 public:
  /// All must outlive it.
  GroupSearch(const MapProblem& problem, LaneSearch& lanes, const Objective& objective)
      : problem_(problem), lanes_(lanes), bounds_(problem), objective_(objective) {}

  /// Einsums [first, last] of the cascade in one group: every option that may be part of a best mapping, and of
  /// equal ones the first. `around` says what a mapping with it costs besides.
  std::vector<GroupOption> run(std::size_t first, std::size_t last, const Surroundings& around);

  /// No group of these Einsums costs less.
  Score bound(std::size_t first, std::size_t last);

  [[nodiscard]] const SearchCount& count() const { return count_; }

 private:
  const MapProblem& problem_;
  LaneSearch& lanes_;
  LaneBounds bounds_;
  const Objective& objective_;
  SearchCount count_;
};

}  // namespace tilewright
