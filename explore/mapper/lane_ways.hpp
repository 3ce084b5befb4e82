// The ways of an Einsum within a block, in one context: on which unit, with how many lanes along which ranks, and
// what the lanes keep. LaneTiles has what is below.
#pragma once

#include <span>
#include <vector>

#include "explore/mapper/lane_tiles.hpp"

namespace tilewright {

class LaneWays {
 public:
  /// Both must outlive it.
  LaneWays(const MapProblem& problem, const LaneContext& context);

  /// Adds to `found` as LaneSearch::options() says, and to `priced` how many ways were priced.
  void list(const LaneLimit& limit, std::vector<LaneOption>& found, std::size_t& priced);

  /// The least energy of all ways, where an operand may live in any of these levels, too.
  double least_J(const std::vector<std::vector<LevelId>>& homes);

  /// Cycles with as many lanes as there can be; infinite where the unit cannot compute it.
  double least_cycles(UnitId unit);

 private:
  struct Lanes {
    std::size_t along = 0;  // where those along each rank begin in along_
    double all = 1;
    double cycles = 0;
    Moved least = {};  // known of those that are tried
  };
  /// A home in place of the one that the context says.
  struct OtherHome {
    LevelPrice price;
    bool direct = true;  ///< whether the unit may take it from there
  };
  bool start(UnitId unit);
  [[nodiscard]] bool takes_directly(const LaneOperand& o, LevelId home) const;
  [[nodiscard]] double most_along(std::size_t r, double used) const;
  void spread(std::size_t r, double used);
  void add_lanes(double used);
  void try_alike(std::span<Lanes> choices, LaneFront& front, LaneTiles& tiles);
  void find_kinds();
  [[nodiscard]] std::vector<double> lanes_along(const std::vector<std::size_t>& ranks);
  void spread_kinds(std::size_t kind, double used);
  [[nodiscard]] double sharing(const LaneOperand& o, const std::vector<double>& lanes) const;
  [[nodiscard]] bool reaches_spread(double used) const;
  [[nodiscard]] Moved least_of_lanes(double used) const;
  [[nodiscard]] double least_steps(double used) const;
  [[nodiscard]] Moved least_of(const LaneOperand& o, const OtherHome& home, double copies, double used) const;
  void try_lanes(const Lanes& choice, LaneFront& front, LaneTiles& tiles);
  void choose_kept(std::size_t o, const Moved& least, LaneFront& front, LaneTiles& tiles);

  LaneBlock block_;
  // Local ranks that the same operands have: the first of them, and the lanes there may be along all together.
  struct Kind {
    std::size_t rank;
    std::vector<double> lanes;
  };
  // Of a bound.
  std::vector<Kind> kinds_;
  double* least_only_ = nullptr;
  std::vector<std::vector<OtherHome>> others_;
  // What is chosen so far.
  UnitId unit_;
  double compute_J_ = 0;
  std::vector<double> lanes_;
  std::vector<Lanes> spread_;
  std::vector<double> along_;
  double used_ = 1;  // lanes, along all ranks
  LaneTiles::Choice choice_;
};

}  // namespace tilewright
