// The ways of an Einsum within a block, in one context: on which unit, with how many lanes along which ranks, and
// what the lanes keep. LaneTiles has what is below.
#pragma once

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
    std::vector<double> each;
    double all = 1;
    double cycles = 0;
    Moved least;
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
  void most_lanes(std::size_t r, double used, double& most);
  [[nodiscard]] double sharing(const LaneOperand& o, const std::vector<double>& lanes) const;
  void bound_lanes(double used);
  [[nodiscard]] double least_steps(double used) const;
  [[nodiscard]] Moved least_of(const LaneOperand& o, const OtherHome& home, double copies, double used) const;
  void try_lanes(const Lanes& choice, LaneFront& front, LaneTiles& tiles);
  void choose_kept(std::size_t o, const Moved& least, LaneFront& front, LaneTiles& tiles);

  LaneBlock block_;
  // Of a bound.
  double* least_only_ = nullptr;
  std::vector<std::vector<OtherHome>> others_;
  // What is chosen so far.
  UnitId unit_;
  double compute_J_ = 0;
  std::vector<double> lanes_;
  std::vector<Lanes> spread_;
  double used_ = 1;  // lanes, along all ranks
  LaneTiles::Choice choice_;
};

}  // namespace tilewright
