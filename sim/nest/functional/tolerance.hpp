// When two values are the same but for the order in which sums were taken.
#pragma once

#include <algorithm>
#include <cmath>

#include "einsum/interpret.hpp"

namespace tilewright {

/// Of the largest value of a tensor: sums of 2^20 terms in double, in any order, differ by less.
inline constexpr double order_tolerance = 1e-9;

inline double largest_value(const DenseTensor& tensor) {
  double largest = 0;
  for (const double value : tensor.values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

/// Two that are not finite are alike if they are the same, or neither is a number.
inline bool is_close(double value, double right, double largest) {
  if (!std::isfinite(right) || !std::isfinite(value))
    return value == right || (std::isnan(value) && std::isnan(right));
  return std::abs(value - right) <= order_tolerance * largest;
}

}  // namespace tilewright
