// The rows that nothing beats: in one field, per group; in several at once, the Pareto set.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "explore/analysis/rows.hpp"

namespace tilewright {

/// A field that is to be small, or large.
struct Aim {
  std::string field;
  bool largest = false;
};

/// "time_s": the smallest; "max:unit.array.utilisation": the largest. Throws InputError for an empty name.
Aim parse_aim(const std::string& text);
/// The same, separated by commas; none twice.
std::vector<Aim> parse_aims(const std::string& text);

struct ParetoSet {
  std::vector<std::size_t> rows;  ///< in their order
  std::size_t without_value = 0;  ///< rows that lack a number of an aim, and take no part
};

/// Rows that no other row beats: is as good in every aim, and better in one. Rows that are equal in all are all in
/// it.
ParetoSet pareto_set(std::span<const Record> rows, const std::vector<Aim>& aims);

struct BestOfGroup {
  GroupKey key;
  std::size_t row = 0;    ///< the first of the best; meaningless where no row has a value
  std::size_t equal = 0;  ///< how many are as good; 0 where no row has a value
  std::size_t rows = 0;
  std::size_t without_value = 0;  ///< of these rows
};

/// The best row of each group of rows that have the same under `by`; of all rows, if it is empty.
std::vector<BestOfGroup> best_of(std::span<const Record> rows, const Aim& aim, const std::vector<std::string>& by);

}  // namespace tilewright
