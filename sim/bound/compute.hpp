// How long the units of a machine take at least for multiply-adds and exponentials together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/attention.hpp"

namespace tilewright {

/// A unit of a machine, all its lanes; 0 for what it cannot do. While it does the one it does less of the other,
/// unless its function units are chained.
struct UnitRates {
  std::string name;
  double multiply_adds_per_s = 0;
  double exps_per_s = 0;
  bool chained = false;
};

struct ComputeTime {
  double time_s = 0;
  std::string units;  ///< what sets it, as in "tensor_cores"; of several units together "a and b"
};

struct ComputeRates {
  std::vector<UnitRates> units;
  /// A multiply-add with V in those of Q and K, where units take another time for words of the former.
  double value_product = 1;
  double scored_product = 1;  ///< alike, of products that give keys scores by which they are chosen

  /// Of a pair of a query and a key, in multiply-adds of Q and K.
  [[nodiscard]] double multiply_adds(const Attention& problem) const {
    return problem.head_dim + value_product * problem.value_dim;
  }
  /// What all units together do of these.
  [[nodiscard]] double multiply_adds_per_s() const;
  /// For any split of the work among the units. Exponentials are left out where no unit has them.
  ///
  /// With one exponential worth p multiply-adds, no unit does more than max(multiply_adds_per_s, p exps_per_s) of
  /// value in a second (a chained one: the sum), so that all work takes at least its value over the sum of these:
  /// weak duality of linear programs (Dantzig, Linear Programming and Extensions, 1963, chapter 6). The best p is
  /// 0, unlimited, or where one of the units is worth as much with either.
  [[nodiscard]] ComputeTime least_time(double multiply_adds, double exps) const;
  /// The same units without exponentials, for what does not take them by these.
  [[nodiscard]] ComputeRates without_exps() const;
  void scale(double rates);  ///< as by another clock
};

/// On words of the problem; exponentials on those that take least. An alternative is the same hardware as its unit:
/// together they are one unit that does either as fast as the faster one. Throws InputError for an architecture
/// without multiply_add.
///
/// No unit does more of value than the price of its best product, whatever the price of one product in another is
/// (as below): that of the first unit is taken, with which the limit is what the unit needs where it is alone.
///
/// `scored_B`: the words of products that give keys scores by which they are chosen; nothing: there are none.
ComputeRates compute_of(const Arch& arch, const AttentionWords& words, std::optional<double> scored_B = {});

}  // namespace tilewright
