// The best ways of one Einsum within a block of its ranks: a unit, lanes, what lanes keep, and the order of steps.
//
// What lies outside of the block matters only through where operands come from and how often tiles that fill a
// whole block stay from one block to the next; so results are found once for all places that agree in these.
#pragma once

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "explore/mapper/lane_option.hpp"

namespace tilewright {

class LaneSearch {
 public:
  explicit LaneSearch(const MapProblem& problem) : problem_(problem) {}

  /// All ways within the limit, and perhaps some beyond it, of which none is better than another in cycles, energy
  /// and in what watched levels move; in a fixed order. Empty: there is none. Stays valid until the next call for
  /// the same context.
  const std::vector<LaneOption>& options(const LaneContext& context, const LaneLimit& limit);

  /// A good way on this unit, found at once: of the first few with as many lanes as there can be, the one that
  /// `is_better` than the others. None where the unit cannot do it. Stays valid until the search ends.
  using Better = std::function<bool(const LaneOption&, const LaneOption&)>;
  const LaneOption* quick(const LaneContext& context, UnitId unit, const Better& is_better);

  /// Less than any way in this context takes, or as much: far faster to find.
  double least_J(const LaneContext& context);

  /// No way within any block takes less: cycles of each unit, infinite where it cannot compute the Einsum; and
  /// energy where operands live in these levels, by operand. None: wherever it may live.
  ByUnit<double> least_cycles(EinsumId einsum);
  double least_J(EinsumId einsum, const std::vector<LevelId>& homes);

  /// So many ways were priced.
  [[nodiscard]] std::size_t priced() const { return priced_; }

 private:
  struct Hash {
    std::size_t operator()(const std::vector<double>& key) const;
  };
  const MapProblem& problem_;
  void find_key(const LaneContext& context);
  [[nodiscard]] LaneContext whole(EinsumId einsum) const;

  struct Known {
    LaneLimit limit;
    std::vector<LaneOption> options;
  };
  std::unordered_map<std::vector<double>, Known, Hash> known_;
  std::unordered_map<std::vector<double>, std::optional<LaneOption>, Hash> quick_;
  std::unordered_map<std::vector<double>, double, Hash> least_;
  std::unordered_map<std::vector<double>, double, Hash> floors_;
  std::vector<double> key_;
  std::size_t priced_ = 0;
};

}  // namespace tilewright
