// One way to run an Einsum within a block, where its operands come from, and which of many ways are worth keeping.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "explore/mapper/lane_price.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

/// One way: what it takes for the whole Einsum, all blocks together, those that a mask leaves out included.
struct LaneOption {
  double cycles = 0;
  double energy_J = 0;  ///< of its operations and of all that moves below where its operands live
  std::array<double, most_watched> moved_B{};  ///< of MapProblem::watched, read and written
  EinsumPlan plan;
};

/// Where an operand lives, by operand of the Einsum.
struct OperandHome {
  LevelId level;
  double stays = 1;  ///< how often a tile of the whole block comes (see IntoBlock)
  double first = 1;
  double least = 1;
  bool spread = false;  ///< over all instances of the level, of which one lane by itself has only its own
  bool operator==(const OperandHome&) const = default;
};

struct LaneContext {
  EinsumId einsum;
  std::vector<double> extents;  ///< of the block, by rank of the cascade; of one that is cut off of the others
  std::vector<OperandHome> homes;
  ByLevel<double> lane_B;    ///< what is left of every instance of a level
  TileSize mask_tile{1, 1};  ///< of an Einsum that is masked: its steps are parts of these
  /// Where some rank of the Einsum is uneven, the shared loops over its ranks: else they do not matter.
  std::vector<PlannedLoop> loops = {};
  bool turns = false;      ///< what lanes keep makes room at each iteration of these
  bool any_block = false;  ///< of a bound: as many lanes as there may be in any block
};

/// What takes more is of no use.
struct LaneLimit {
  double cycles = unlimited;
  double energy_J = unlimited;
  std::size_t ways = std::numeric_limits<std::size_t>::max();  ///< so many found are enough
  UnitId unit = {};                                            ///< the only one; none: any of them
};

/// Ways of which none is better than another in cycles, energy and in what watched levels move.
class LaneFront {
 public:
  /// `options` must outlive it.
  LaneFront(std::vector<LaneOption>& options, const LaneLimit& limit) : options_(options), limit_(limit) {}

  /// Whether what takes this, or more, is beyond the limit or no better than a way that is known.
  [[nodiscard]] bool is_dominated(double cycles, const Moved& moved) const {
    if (is_over(cycles) || moved.energy_J > limit_.energy_J) return true;
    return std::ranges::any_of(options_, [&](const LaneOption& other) {
      return no_worse(other.cycles, other.energy_J, other.moved_B, cycles, moved.energy_J, moved.watched_B);
    });
  }

  /// Whether nothing that takes so many cycles, or more, is wanted.
  [[nodiscard]] bool is_over(double cycles) const { return added_ >= limit_.ways || cycles > limit_.cycles; }

  /// One that is not dominated.
  void add(LaneOption option) {
    std::erase_if(options_, [&](const LaneOption& other) {
      return no_worse(option.cycles, option.energy_J, option.moved_B, other.cycles, other.energy_J, other.moved_B);
    });
    options_.push_back(std::move(option));
    ++added_;
  }

 private:
  using Watched = std::array<double, most_watched>;
  static bool no_worse(double cycles, double energy_J, const Watched& moved, double other_cycles, double other_J,
                       const Watched& other_moved) {
    if (cycles > other_cycles || energy_J > other_J) return false;
    for (std::size_t w = 0; w < most_watched; ++w)
      if (moved[w] > other_moved[w]) return false;
    return true;
  }

  std::vector<LaneOption>& options_;
  LaneLimit limit_;
  std::size_t added_ = 0;
};

}  // namespace tilewright
