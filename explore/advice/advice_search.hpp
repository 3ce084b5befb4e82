// The search behind advice: every product of choices per dimension, under every pair of tile shapes, for the few
// that no other beats. Numbers of a candidate are plain products of tables; nothing is allocated per candidate.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "explore/advice/axis_choices.hpp"

namespace tilewright {

/// What differs from the request; bits.
enum Change : unsigned {
  change_stride = 1,
  change_tiles = 2,
  change_window = 4,
  change_layout = 8,
  change_all = 15
};

/// A pair of tile shapes. The first of a search is the requested one.
struct TileTables {
  double pairs = 0;                  ///< of tokens in a pair of tiles
  std::vector<std::size_t> by_axis;  ///< into AxisChoices::counts
};

/// A candidate: choice[d] of dimension d under a pair of tile shapes.
struct Pick {
  double computed = std::numeric_limits<double>::infinity();  ///< pairs in visited tiles, padding too
  double difference = 0;  ///< pairs that the requested mask has and this one has not, or the other way round
  unsigned changes = 0;
  std::size_t tiles = 0;
  std::array<std::uint32_t, most_dimensions> choice{};
};

/// Fewer computed pairs, of as many a smaller difference.
bool better(const Pick& a, const Pick& b);

struct Picks {
  /// No candidate has fewer computed pairs with no larger difference, or a smaller difference with no more computed
  /// pairs. Ascending in difference. Of equal ones, the first: with earlier tiles, then earlier choices.
  std::vector<Pick> pareto;
  /// By tiles: the fewest computed pairs, of these the smallest difference.
  std::vector<Pick> by_tiles;
  /// By what differs exactly: the fewest computed pairs, of these the smallest difference. `computed` is infinite
  /// where there is no candidate.
  std::array<Pick, change_all + 1> best;
  double candidates = 0;  ///< that the search answers for
};

/// Candidates with another window whose pairs differ from the requested by more than the share `flops_within` are
/// left out. Done in part once interrupted(). Throws InputError where there are too many to compare.
Picks search(const std::vector<AxisChoices>& axes, const std::vector<TileTables>& tiles, double flops_within);

}  // namespace tilewright
