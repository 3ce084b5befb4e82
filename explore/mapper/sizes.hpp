// Sizes of the parts of a rank that a search tries: of tiles, and numbers of lanes.
#pragma once

#include <vector>

#include "mappings/space/mapspace.hpp"

namespace tilewright {

/// All divisors, ascending.
std::vector<double> divisors(double number);

/// The smallest and the largest of them, and others at equal distances in the list between these, `few` in all.
std::vector<double> few_of(const std::vector<double>& sizes, std::size_t few);

/// Whether a size that something may have is no divisor, but smaller; of a range, whether it has none.
bool names_remainder(const AllowedSizes& sizes, double number);

/// Which sizes a number is taken apart into, by the rank that it is of, or is left of. All divisors; where loops
/// need not divide the rank, and neighbouring divisors are more than twice apart, also the powers of two between
/// these and the numbers of lanes of units.
class SizeRule {
 public:
  /// Divisors alone.
  SizeRule() = default;
  /// `lanes`: of units. `every`: every size that makes another number of tiles. `named`: the mapspace names a size
  /// that divides the rank not.
  SizeRule(double shape, std::vector<double> lanes, bool every, bool named);

  /// Loops need not divide the rank. Where its divisors are dense, and nothing is demanded, they do.
  [[nodiscard]] bool uneven() const { return uneven_; }

  /// Ascending. `allowed`: what the size may be, all at once: sizes that they list are among the results, and of a
  /// range in which there would be none both ends.
  [[nodiscard]] std::vector<double> of(double number, const std::vector<AllowedSizes>& allowed) const;

  /// Numbers of lanes in blocks of these sizes: of whole ones all sizes, of others divisors. `allowed`: by Einsum.
  [[nodiscard]] std::vector<double> lanes_of(double shape, const std::vector<double>& tiles,
                                             const std::vector<AllowedSizes>& allowed) const;

 private:
  bool uneven_ = false;
  bool every_ = false;
  std::vector<double> lanes_;
};

}  // namespace tilewright
