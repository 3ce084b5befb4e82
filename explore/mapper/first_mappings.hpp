// Good mappings of a fusion group at once, before anything is proven: in every block of few sizes one, the best of
// which are improved tile by tile and tensor by tensor.
//
// It is what makes a search of limited time useful where groups of many Einsums have more blocks than can be
// opened.
#pragma once

#include <optional>
#include <vector>

#include "explore/mapper/placed_block.hpp"

namespace tilewright {

/// Blocks that are not excluded, those of the least bounds first.
std::vector<GroupBlocks::Block> sorted_blocks(GroupBlocks& group, GroupBlocks::Sizes sizes, FoundOptions& found);

class FirstMappings {
 public:
  /// All must outlive it.
  FirstMappings(const MapProblem& problem, LaneSearch& lanes, GroupBlocks& group, PlacedBlock& placed,
                FoundOptions& found)
      : problem_(problem), lanes_(lanes), group_(group), placed_(placed), found_(found) {}

  /// Finds them, and returns their blocks, those with the best mappings first.
  std::vector<GroupBlocks::Block> find();

 private:
  using Block = GroupBlocks::Block;
  std::optional<Score> dive(const Block& block);
  Block climbed(Block block, Score best);
  void improve(const Block& block);
  std::optional<Score> at_places(const PlacedBlock::Places& places);
  std::optional<JoinedWays> quick_ways();
  std::vector<const LaneOption*> quick_ways(std::size_t e);

  const MapProblem& problem_;
  LaneSearch& lanes_;
  GroupBlocks& group_;
  PlacedBlock& placed_;
  FoundOptions& found_;
};

}  // namespace tilewright
