// Of an Einsum on a unit, with its lanes and what these keep: the tiles that a lane keeps, and the order of steps
// above them.
#pragma once

#include <vector>

#include "explore/mapper/lane_block.hpp"
#include "sim/nest/tile_walk.hpp"

namespace tilewright {

class LaneTiles {
 public:
  /// All must outlive it. What is found goes to `front`, and how many ways were priced to `priced`.
  LaneTiles(LaneBlock& block, LaneFront& front, std::size_t& priced)
      : block_(block), front_(front), priced_(priced) {}

  struct Choice {
    UnitId unit;
    std::vector<double> lanes;  ///< by local rank
    double cycles = 0;
    double compute_J = 0;
    std::vector<double> copies;                       ///< by operand: lanes that want the same
    std::vector<const LaneOperand::Keeper*> keepers;  ///< by operand: nullptr where it is taken from its home
  };
  void search(const Choice& choice);

 private:
  void choose_held(std::size_t r);
  [[nodiscard]] bool is_largest();
  [[nodiscard]] bool fits() const;
  void try_orders();
  void permute();
  [[nodiscard]] double comes(const LaneOperand& o) const;
  [[nodiscard]] double visited_below(std::size_t steps) const;
  void price();
  void price_uneven();
  [[nodiscard]] double apart(const LaneOperand& o) const;
  struct Least {
    OperandPrice::Coming comes;
    bool exact;
  };
  [[nodiscard]] Least least_coming(const LaneOperand& o) const;
  [[nodiscard]] bool always_moves(std::size_t r) const;
  [[nodiscard]] OperandPrice::Coming coming(const LaneOperand& o);
  void find_path(const LaneOperand& o);
  [[nodiscard]] bool is_uneven(std::size_t r) const;
  [[nodiscard]] EinsumPlan plan() const;

  LaneBlock& block_;
  LaneFront& front_;
  std::size_t& priced_;
  const Choice* choice_ = nullptr;
  LocalBits used_ = 0;  // ranks that select a kept tile
  bool keeps_ = false;  // any tile
  Moved direct_;
  bool uneven_ = false;  // some last tiles are smaller
  TileWalk walk_;
  std::vector<double> held_;   // tile of a lane, by local rank
  std::vector<double> steps_;  // by local rank
  struct Class {
    int place;          // 0: selects all kept tiles, 2: none
    LocalBits selects;  // operands
    std::size_t rank;
  };
  std::vector<Class> classes_;  // ranks with steps, outermost first
};

}  // namespace tilewright
