// Errors of predictions by texts of columns: of all rows, and of those with the same text of the first column, of
// the first two and so on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "validation/gpu/validate_timings.hpp"

namespace tilewright {

/// Statistics of |predicted / measured - 1|, but for the bias and the rank.
struct TimingGroup {
  std::vector<std::string> texts;  ///< of the first columns; one fewer column is a larger group
  bool apart = false;              ///< measured less than the grouping's `apart_below`
  std::size_t rows = 0;
  double mean = 0;
  double median = 0;
  double most_of_ten = 0;      ///< 90 % of the rows have at most this
  double bias = 0;             ///< mean of the signed errors
  std::optional<double> rank;  ///< rank_correlation()
  std::optional<double> held;  ///< held_share()
};

/// Of the rows that no parameter was fitted to, in alphabetical order; a group before those that it consists of.
std::vector<TimingGroup> groups_of(const TimingGrouping& grouping,
                                   const std::vector<TimingComparison>& comparisons);

}  // namespace tilewright
