// The ladder in words, a line each.
#pragma once

#include <string>
#include <vector>

#include "sim/bound/ladder.hpp"

namespace tilewright {

/// What stands next to a number: "5.44x" and why it is no more.
struct Explanation {
  std::string name;
  std::string value;
  std::string why;
  std::string time = {};       ///< of a rung, with a machine: at least
  std::string holds_for = {};  ///< of a rung: for which kernels
};

/// The rungs, the worst tile, permutation and launch order.
std::vector<Explanation> explain(const Attention& problem, const Ladder& ladder);
/// The rungs alone; one that limits no more than that before stands with it, which holds for more kernels.
std::vector<Explanation> rungs_that_add(const Attention& problem, const Ladder& ladder);
/// Which rung explains how much of the gap to a measured speedup.
std::vector<Explanation> explain_measured(const Ladder& ladder, const Tiling& tiling, double measured);
/// Whether a speedup over the ladder's baseline is possible, and for what kernels.
std::string verdict_on(const Ladder& ladder, const Tiling& tiling, double measured);

/// What all speedups are over. `machine`: nullptr where the ladder was climbed without.
std::string text_of(const Baseline& baseline, const Attention& problem, const TileMachine* machine);

}  // namespace tilewright
