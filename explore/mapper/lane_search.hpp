// The best ways of one Einsum within a block of its ranks: a unit, lanes, what lanes keep, and the order of steps.
//
// What lies outside of the block matters only through where operands come from and how often tiles that fill a whole
// block stay from one block to the next; so results are found once for all places that agree in these.
#pragma once

#include <unordered_map>
#include <vector>

#include "explore/mapper/problem.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

/// One way: what it takes for the whole Einsum, all blocks together.
struct LaneOption {
  double cycles = 0;
  double energy_J = 0;       ///< of its operations and of all that moves below where its operands live
  std::vector<double> moved_B;  ///< by level, read and written
  EinsumPlan plan;
};

/// Where an operand lives, by operand of the Einsum.
struct OperandHome {
  LevelId level;
  double stays = 1;  ///< how often a tile of the whole block comes, for each that there is: the factors of loops
                     ///< outside the block that select no other one, but for the innermost of them
  bool operator==(const OperandHome&) const = default;
};

struct LaneContext {
  EinsumId einsum;
  std::vector<double> extents;  ///< of the block, by rank of the cascade
  std::vector<OperandHome> homes;
  ByLevel<double> lane_B;  ///< what is left of every instance of a level
};

class LaneSearch {
 public:
  explicit LaneSearch(const MapProblem& problem) : problem_(problem) {}

  /// All ways of which none is better than another in cycles, energy and in what levels with a limited bandwidth
  /// move; in a fixed order. Empty: there is none. Stays valid.
  const std::vector<LaneOption>& options(const LaneContext& context);

  /// No way within any block, wherever its operands live, takes less; by unit, nothing where it cannot compute it.
  struct Floor {
    double cycles = 0;
    double energy_J = 0;
  };
  const ByUnit<std::optional<Floor>>& floors(EinsumId einsum);

  /// So many ways were priced.
  [[nodiscard]] std::size_t priced() const { return priced_; }

 private:
  struct Hash {
    std::size_t operator()(const std::vector<double>& key) const;
  };
  const MapProblem& problem_;
  std::unordered_map<std::vector<double>, std::vector<LaneOption>, Hash> known_;
  ByEinsum<ByUnit<std::optional<Floor>>> floors_;
  std::vector<double> key_;
  std::size_t priced_ = 0;
};

}  // namespace tilewright
