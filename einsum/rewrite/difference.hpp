// How far two cascades are from each other on random inputs.
#pragma once

#include "einsum/cascade.hpp"

namespace tilewright {

struct Difference {
  int trials = 0;
  double largest = 0;        ///< of an output's element, relative to the largest of its tensor
  std::size_t compared = 0;  ///< elements that are numbers; without any nothing is known
};

/// Normally distributed inputs in several random shapes, in every second trial their magnitudes (roots and
/// logarithms of negative numbers are none), the same for both, by the interpreter. Both must have the same inputs
/// and outputs; ranks that only the second has are parts of ranks of the first.
Difference difference(const Cascade& first, const Cascade& second, unsigned seed = 1);

}  // namespace tilewright
