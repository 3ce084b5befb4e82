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
};

/// The rungs, the worst tile, permutation and launch order.
std::vector<Explanation> explain(const Attention& problem, const Ladder& ladder);
/// Which rung explains how much of the gap to a measured speedup.
std::vector<Explanation> explain_measured(const Ladder& ladder, double measured);

/// What all speedups are over. `machine`: nullptr where the ladder was climbed without.
std::string baseline_of(const Attention& problem, const Ladder& ladder, const TileMachine* machine);

}  // namespace tilewright
