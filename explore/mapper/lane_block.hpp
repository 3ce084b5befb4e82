// An Einsum within a block, by positions of its own: the ranks that have more than one coordinate there, and its
// operands.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "explore/mapper/lane_option.hpp"

namespace tilewright {

/// A set of local ranks, or of operands.
using LocalBits = std::uint32_t;
inline bool is_in(LocalBits set, std::size_t i) { return (set >> i & 1) != 0; }

/// An operand in a context.
struct LaneOperand {
  const MappedOperand* of;
  OperandPrice price;
  LocalBits ranks = 0;  ///< local ones that select its element
  double outside = 1;   ///< factors of loops outside the block that select no other tile of it
  double stays = 1;     ///< see OperandHome
  double least = 1;     ///< how often a tile comes at least
  LevelId home;
  LevelPrice at_home;
  struct Keeper {
    LevelId level;
    LevelPrice price;
  };
  std::vector<Keeper> keepers;  ///< levels of the lanes of the unit at hand that can hold it
};

struct LaneBlock {
  /// Both must outlive it.
  LaneBlock(const MapProblem& of, const LaneContext& in);

  const MapProblem& problem;
  const LaneContext& context;
  const MappedEinsum& einsum;
  std::vector<RankId> ranks;
  std::vector<double> extents;  ///< by local rank
  std::vector<double> steps;    ///< what all lanes take at most: of the extents, or of a tile of the mask
  std::vector<LaneOperand> operands;

  /// Whether the mapspace has so many lanes along a local rank, or tiles of this size in a lane.
  [[nodiscard]] bool may_have_lanes(std::size_t r, double lanes) const;
  [[nodiscard]] bool may_have_tile(std::size_t r, double size) const;
  /// Whether it has what ranks of one coordinate in the block can have: one lane, and tiles of one.
  [[nodiscard]] bool takes_single() const;

  /// Numbers of lanes along a local rank, and tiles of a lane beside so many of them.
  const std::vector<double>& lanes_of(std::size_t r);
  const std::vector<double>& tiles_of(std::size_t r, double lanes);

  /// Whether the last tiles that all lanes have are smaller.
  [[nodiscard]] bool cuts(std::size_t r, double lanes, double tile) const {
    return problem.uneven(ranks[r]) && std::fmod(problem.shapes[ranks[r]], lanes * tile) != 0;
  }
  /// Whether the last block of the rank is smaller.
  [[nodiscard]] bool is_cut_off(std::size_t r) const {
    return problem.uneven(ranks[r]) && std::fmod(problem.shapes[ranks[r]], extents[r]) != 0;
  }
  /// Whether a shared loop runs over it; and whether a rank has a single coordinate in the block.
  [[nodiscard]] bool has_loop(std::size_t r) const { return !is_whole(r); }
  [[nodiscard]] bool is_single(RankId rank) const { return context.extents[rank.index()] == 1; }
  /// Whether some lane would never have any of the rank.
  [[nodiscard]] bool idles(std::size_t r, double lanes, double tile) const {
    return lanes > 1 && is_whole(r) && (lanes - 1) * tile >= extents[r];
  }
  /// Iterations of all loops over the rank above lanes, and of those below them, in which any lane works.
  [[nodiscard]] double busy_steps(std::size_t r, double lanes, double tile) const;

 private:
  [[nodiscard]] LaneOperand operand(std::size_t o) const;
  [[nodiscard]] bool is_whole(std::size_t r) const { return extents[r] == problem.shapes[ranks[r]]; }
  // Of what is left of a local rank after some divisor of it. Kept from one call to the next: the same few numbers
  // come again and again.
  const std::vector<double>& divisors_of(std::size_t r, double number);

  std::vector<std::pair<double, std::unique_ptr<std::vector<double>>>> divisors_;
};

}  // namespace tilewright
