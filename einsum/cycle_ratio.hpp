// The slowest circle of a graph whose edges take time and reach back so many rounds: the recurrence bound of
// software pipelining (B. R. Rau, "Iterative modulo scheduling", MICRO 1994, section 2.2).
#pragma once

#include <cstddef>
#include <vector>

namespace tilewright {

struct TimedEdge {
  std::size_t from;
  std::size_t to;
  double time;
  double rounds;
};

/// Of every circle, its time over its rounds; the largest, 0 where there is no circle. Each circle must reach back
/// one round at least.
double largest_cycle_ratio(std::size_t vertices, const std::vector<TimedEdge>& edges);

}  // namespace tilewright
