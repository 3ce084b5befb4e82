// What one transfer of a nest moves in all, without a mask: in elements, at its parent and at its children.
#pragma once

#include <algorithm>
#include <span>

#include "sim/nest/imperfect_count.hpp"

namespace tilewright {

using Trips = std::span<const Trip>;

/// The trips whose loops move the tile: all above it, without the innermost run that selects the same one.
Trips moving(const Transfer& transfer, const SizedTree& sized);

struct MovedElements {
  double at_parent = 0;       ///< elements over all instances of the parent
  double at_child = 0;        ///< elements over all instances of the child
  double first = 0;           ///< of at_parent, those that come for the first time
  double first_at_child = 0;  ///< of at_child
  double sharing = 1;         ///< at_child / at_parent where one access serves all

  [[nodiscard]] double again() const { return std::max(0.0, at_parent - first); }
  [[nodiscard]] double again_at_child() const { return std::max(0.0, at_child - first_at_child); }
};

MovedElements count_moved(const Transfer& transfer, const SizedTree& sized, ImperfectCount& imperfect);

}  // namespace tilewright
