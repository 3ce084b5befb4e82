// What operands of an Einsum cost, by the rules of sim/nest/traffic.hpp: taken by the unit from where they live, or
// kept by its lanes.
#pragma once

#include <algorithm>
#include <array>

#include "explore/mapper/problem.hpp"

namespace tilewright {

/// What moves, and what that costs.
struct Moved {
  double energy_J = 0;
  std::array<double, most_watched> watched_B{};  ///< of MapProblem::watched, read and written

  void add(const Moved& other) {
    energy_J += other.energy_J;
    for (std::size_t w = 0; w < most_watched; ++w) watched_B[w] += other.watched_B[w];
  }
  void lessen(const Moved& other) {
    energy_J = std::min(energy_J, other.energy_J);
    for (std::size_t w = 0; w < most_watched; ++w) watched_B[w] = std::min(watched_B[w], other.watched_B[w]);
  }
};

/// A level, for one operand: what an element costs, and whether one access serves all lanes that want the same.
struct LevelPrice {
  double read_J = 0;
  double write_J = 0;
  double element_B = 0;
  std::size_t watched = most_watched;  ///< position among MapProblem::watched; most_watched: it is not there
  bool once = true;
  bool drains = true;  ///< what leaves it for the level above is read there

  void read(double elements, Moved& moved) const {
    moved.energy_J += elements * read_J;
    if (watched < most_watched) moved.watched_B[watched] += elements * element_B;
  }
  void write(double elements, Moved& moved) const {
    moved.energy_J += elements * write_J;
    if (watched < most_watched) moved.watched_B[watched] += elements * element_B;
  }
};

LevelPrice price_of(const MapProblem& problem, const MappedOperand& operand, LevelId level);

/// Prices of all that an Einsum with so many points moves of an operand. `sharing`: lanes that want the same
/// element. `first`: see IntoBlock; under a mask all prices are to be multiplied with the share.
class OperandPrice {
 public:
  OperandPrice(const MappedOperand& operand, double points, double first)
      : operand_(&operand), points_(points), first_(operand.elements * first) {}

  /// The unit takes it from its home, or leaves it there.
  void direct(const LevelPrice& home, double sharing, Moved& moved) const {
    touch(home, home.once ? points_ / sharing : points_, first_, moved);
  }

  /// The same for steps of which some have no work for some lanes: so many elements that lanes want at once are
  /// different ones.
  void direct_apart(const LevelPrice& home, double apart, Moved& moved) const {
    touch(home, home.once ? apart : points_, first_, moved);
  }

  /// Tiles that come to lanes of which not all have the same number: elements that are different ones for all that
  /// want them at once, and of all lanes.
  struct Coming {
    double apart;
    double of_lanes;
  };
  void kept(const LevelPrice& home, const LevelPrice& lane, double sharing, const Coming& comes,
            Moved& moved) const {
    touch(home, home.once ? comes.apart : comes.of_lanes, first_, moved);
    const double first = home.once ? first_ * sharing : first_;
    const double again = operand_->accumulates ? std::max(0.0, comes.of_lanes - first) : 0;
    if (operand_->result && lane.drains) lane.read(comes.of_lanes, moved);
    lane.write(operand_->result ? again : comes.of_lanes, moved);
    touch(lane, points_, first_ * sharing, moved);
  }

  [[nodiscard]] double points() const { return points_; }

  /// A lane keeps a tile, which comes `comes` times for each that there is.
  void kept(const LevelPrice& home, const LevelPrice& lane, double sharing, double comes, Moved& moved) const {
    const double each = operand_->elements * comes;
    const double at_home = home.once ? each : each * sharing;
    const double again = touch(home, at_home, first_, moved);
    if (operand_->result && lane.drains) lane.read(each * sharing, moved);
    lane.write(operand_->result ? each * sharing * (again / at_home) : each * sharing, moved);
    touch(lane, points_, first_ * sharing, moved);
  }

 private:
  // Of a result that accumulates, what was there before is read back first; returns that much.
  double touch(const LevelPrice& level, double elements, double first, Moved& moved) const {
    if (!operand_->result) {
      level.read(elements, moved);
      return 0;
    }
    level.write(elements, moved);
    const double again = operand_->accumulates ? std::max(0.0, elements - first) : 0;
    level.read(again, moved);
    return again;
  }

  const MappedOperand* operand_;
  double points_;
  double first_;  // elements of a result that do not come again
};

}  // namespace tilewright
