// A block of a fusion group at hand: where its tensors live so far, the room that this takes, and what Einsums find
// there.
#pragma once

#include <array>
#include <vector>

#include "explore/mapper/found_options.hpp"
#include "explore/mapper/group_blocks.hpp"
#include "explore/mapper/lane_option.hpp"

namespace tilewright {

/// Ways of Einsums of a block, together.
struct JoinedWays {
  ByUnit<double> unit_cycles;
  double all_cycles = 0;
  double energy_J = 0;
  std::array<double, most_watched> moved_B{};
  std::vector<const LaneOption*> chosen;  ///< by Einsum

  /// `share`: of the blocks, what a mask leaves.
  void add(const LaneOption& option, double share) {
    unit_cycles[option.plan.unit] += share * option.cycles;
    all_cycles += share * option.cycles;
    energy_J += share * option.energy_J;
    for (std::size_t w = 0; w < most_watched; ++w) moved_B[w] += share * option.moved_B[w];
  }
};

class PlacedBlock {
 public:
  using Places = std::vector<const TensorPlace*>;  // by tensor of the group; nullptr: it has none yet

  /// Both must outlive it.
  PlacedBlock(const MapProblem& problem, GroupBlocks& group) : problem_(problem), group_(group) {}

  /// Takes the block, which must outlive it, with no tensor placed. False where no places of its tensors fit.
  bool begin(const GroupBlocks::Block& block);
  void clear();
  /// False where its level has no room for it.
  bool put(std::size_t tensor, const TensorPlace& place);
  void take_away(std::size_t tensor);

  [[nodiscard]] const Places& places() const { return place_of_; }
  /// Of its blocks, what a mask leaves of this Einsum.
  [[nodiscard]] double share(std::size_t e) const { return shares_[e]; }
  /// Bytes of the level that all units share.
  [[nodiscard]] double shared_B() const { return problem_.roles.shared ? held_[problem_.roles.shared] : 0; }
  [[nodiscard]] bool uses(std::size_t e, std::size_t tensor) const;

  /// What the Einsum finds, whose tensors all have a place. `whole`: as if nothing lived at the lanes, which is no
  /// worse. Until the next call.
  [[nodiscard]] const LaneContext& context(std::size_t e, bool whole);
  /// Whether loops and places, all of them chosen, are those that no option may have.
  [[nodiscard]] bool is_avoided(const GroupStructure* avoid) const;
  /// What ways of all Einsums cost here.
  [[nodiscard]] Score score(const JoinedWays& all) const;
  /// Adds them to what is found, where they are not excluded. Returns the score.
  Score finish(const JoinedWays& all, FoundOptions& found) const;

 private:
  [[nodiscard]] double outside_B(std::size_t tensor, const TensorPlace& place) const;
  void find_loops(const MappedEinsum& einsum);
  [[nodiscard]] bool is_pipelined() const { return group_.einsums().size() > 1; }
  [[nodiscard]] GroupPlan plan(const JoinedWays& all) const;

  const MapProblem& problem_;
  GroupBlocks& group_;
  const GroupBlocks::Loops* loops_ = nullptr;
  std::vector<double> shares_;
  Places place_of_;
  ByLevel<double> held_;
  LaneContext context_;
};

}  // namespace tilewright
