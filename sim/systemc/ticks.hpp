// The simulation's unit of time: 2^-10 of a cycle. All lengths are rounded to it once, so that sums are exact
// and equal work ends at equal times, however it was summed up.
#pragma once

#include <cmath>

namespace tilewright {

inline constexpr double ticks_per_cycle = 1024;

inline double in_ticks(double cycles) { return std::round(cycles * ticks_per_cycle) / ticks_per_cycle; }

}  // namespace tilewright
