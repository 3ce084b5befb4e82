// How long a point will take, by how long others of its kernel took.
#pragma once

#include <map>
#include <string>

#include "kernels/plan/row.hpp"

namespace tilewright::kernels::runner {

/// An estimate on the safe side: what every point costs beside its work is taken for work, too.
class Pace {
 public:
  /// `unseen_s`: of a kernel that was not seen yet.
  explicit Pace(double unseen_s) : unseen_s_(unseen_s) {}

  /// A point took so long, its check included.
  void took(const plan::Row& point, double seconds);

  /// Of points of the kernel that took place, the one with the most work that is not more than this point's, times
  /// the ratio of their work; of a smaller point as long as the least that was seen.
  [[nodiscard]] double expected_s(const plan::Row& point) const;

 private:
  double unseen_s_;
  std::map<std::string, std::map<double, double>> seconds_;  ///< by kernel and work
};

}  // namespace tilewright::kernels::runner
