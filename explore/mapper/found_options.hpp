// What the search of a fusion group has found so far, and what need not be looked at because of it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "explore/mapper/lane_search.hpp"
#include "explore/mapper/objective.hpp"
#include "explore/mapper/search_status.hpp"
#include "explore/mapper/structure.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

struct GroupOption {
  Score score;
  GroupPlan plan;
};

/// What a whole mapping costs besides a group: bounds, and the best that is found.
struct Surroundings {
  Score rest;                                         ///< of all other Einsums, at least
  std::optional<Score> best;                          ///< of a whole mapping
  std::function<bool()> stop = [] { return false; };  ///< whether to end the search with what is found
  bool any = false;                                   ///< whether one option is enough
  const GroupStructure* avoid = nullptr;              ///< that no option has, whatever its sizes and units
  SearchStatus* status = nullptr;                     ///< is told how far the search is
  std::function<void()> none_at_once = [] {};         ///< is called where many Einsums have no mapping at once
};

class FoundOptions {
 public:
  /// `whole`: the group is all of the mapping. All must outlive it.
  FoundOptions(const Objective& objective, const Surroundings& around, const LaneSearch& lanes, bool whole)
      : objective_(objective),
        around_(around),
        lanes_(lanes),
        is_single_(whole && objective.measures().size() == 1),
        told_(lanes.priced()) {}

  /// Whether the search is to end; looks at what says so now and then.
  [[nodiscard]] bool is_stopped();
  /// Whether is_stopped() was true.
  [[nodiscard]] bool has_stopped() const { return stopped_; }
  /// Whether nothing that costs at least this can be part of a better mapping than those found: something found is
  /// no worse in every respect, or any whole mapping with it is worse than one that is known. And all is left out
  /// once the search is to end.
  [[nodiscard]] bool is_excluded(const Score& least);
  /// One that is not excluded.
  void add(const Score& score, GroupPlan plan);

  /// With all other Einsums of the mapping.
  [[nodiscard]] Score with_rest(const Score& score) const { return score.then(around_.rest); }
  /// Of one measure, the best whole mapping that is known; nothing where there is none.
  [[nodiscard]] const Score* best() const;
  [[nodiscard]] bool before(const Score& a, const Score& b) const { return objective_.before(a, b); }
  [[nodiscard]] const Objective& objective() const { return objective_; }
  [[nodiscard]] const Surroundings& around() const { return around_; }

  /// Tells the status of the search how many ways were priced.
  void tell();
  [[nodiscard]] bool is_empty() const { return options_.empty(); }
  std::vector<GroupOption> take() { return std::move(options_); }

 private:
  const Objective& objective_;
  const Surroundings& around_;
  const LaneSearch& lanes_;
  bool is_single_;  // the group is all of the mapping: its values are final
  std::vector<GroupOption> options_;
  std::optional<Score> best_single_;
  bool stopped_ = false;
  unsigned looks_ = 0;
  std::size_t told_;
};

}  // namespace tilewright
