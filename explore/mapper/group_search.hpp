// The best ways to run a fusion group: shared loops and their tiles, where its tensors live, and what each Einsum
// does within a block.
//
// Best first: every choice of shared loops has a bound, and choices are opened in its order until none that is left
// can be better than what is found.
#pragma once

#include <vector>

#include "explore/mapper/found_options.hpp"
#include "explore/mapper/group_blocks.hpp"

namespace tilewright {

/// How far a search got.
struct SearchCount {
  double blocks = 0;  ///< choices of shared loops in the space
  double opened = 0;  ///< of them, those whose bound did not exclude them
  double priced = 0;  ///< ways of Einsums that were priced
  bool ended = true;  ///< nothing that may be better was left out
};

class GroupSearch {
 public:
  /// All must outlive it.
  GroupSearch(const MapProblem& problem, LaneSearch& lanes, const Objective& objective)
      : problem_(problem), lanes_(lanes), bounds_(problem), objective_(objective) {}

  /// Einsums [first, last] of the cascade in one group: every option that may be part of a best mapping, and of
  /// equal ones the first. `around` says what a mapping with it costs besides.
  std::vector<GroupOption> run(std::size_t first, std::size_t last, const Surroundings& around);

  /// The same of mappings that are found at once: good ones, of which nothing is proven.
  std::vector<GroupOption> at_once(std::size_t first, std::size_t last, const Surroundings& around);

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
