// What an Einsum takes at least within a block, found in microseconds: a search orders millions of blocks by it.
#pragma once

#include <optional>
#include <vector>

#include "explore/mapper/lane_price.hpp"

namespace tilewright {

/// A level that an operand may live in, and what it then costs besides.
struct PossibleHome {
  LevelId level;
  double least = 1;  ///< as of OperandHome
  double first = 1;
  double place_J = 0;  ///< of moving it to and from there
};

class LaneBounds {
 public:
  /// Must outlive it.
  explicit LaneBounds(const MapProblem& problem);

  struct Least {
    double energy_J = 0;
    ByUnit<double> cycles;  ///< infinite where the unit cannot compute it
  };
  /// `extents` of the block by rank, `homes` by operand.
  ///
  /// Every way has one choice of lanes, and its energy is a sum over operands; so the least over all choices of
  /// lanes within the block of the sums of what every operand takes by itself at least: direct, or kept with every
  /// tile coming as rarely as it can, from whichever home is best for it.
  void least(EinsumId einsum, const std::vector<double>& extents,
             const std::vector<std::vector<PossibleHome>>& homes, Least& result);

 private:
  static constexpr std::size_t most = 8;
  // A choice of lanes: along the ranks of each class, and the position of the lanes that share each operand among
  // all such numbers.
  struct Lanes {
    std::array<double, most> along{};
    std::array<unsigned, most> sharing{};
    double all = 1;
  };
  struct OnUnit {
    UnitId unit;
    std::vector<Lanes> choices;
    std::vector<std::vector<double>> sharing;  // by operand: all numbers of lanes that share it
  };
  // Ranks that select elements of the same operands: only their lanes together count.
  struct Class {
    RankBits ranks = 0;
    std::vector<double> lanes;  // products of their divisors
  };
  struct OfEinsum {
    std::vector<Class> classes;
    RankBits unshared = 0;  // select elements of every operand: their lanes make nothing cheaper
    std::vector<OnUnit> units;
  };
  void list(EinsumId einsum);
  void classify(EinsumId einsum);
  void spread(EinsumId einsum, std::size_t next, Lanes& lanes, OnUnit& on) const;
  void price(EinsumId einsum, const OnUnit& on, const std::vector<std::vector<PossibleHome>>& homes);

  const MapProblem& problem_;
  ByEinsum<OfEinsum> einsums_;
  std::vector<std::vector<double>> table_;             // by operand and number of lanes that share it
  ByEinsum<std::vector<ByLevel<LevelPrice>>> prices_;  // by operand
};

}  // namespace tilewright
