#include "kernels/runner/pace.hpp"

#include <algorithm>
#include <iterator>

namespace tilewright::kernels::runner {
namespace {

std::string kernel_of(const plan::Row& point) { return point.operation + "/" + point.kernel; }

/// Elements of all products of pairs, mask or not, over all runs.
double work_of(const plan::Row& point) {
  if (point.is_micro()) return 1;
  return static_cast<double>(point.batch) * point.heads * point.head_dim *
         static_cast<double>(plan::tokens_in(point.queries)) * static_cast<double>(plan::tokens_in(point.keys)) *
         (point.warm_up + point.repetitions);
}

}  // namespace

void Pace::took(const plan::Row& point, double seconds) {
  double& known = seconds_[kernel_of(point)][work_of(point)];
  known = std::max(known, seconds);
}

double Pace::expected_s(const plan::Row& point) const {
  const auto kernel = seconds_.find(kernel_of(point));
  if (kernel == seconds_.end()) return unseen_s_;
  const auto more = kernel->second.upper_bound(work_of(point));
  if (more == kernel->second.begin()) return more->second;
  const auto& [work, seconds] = *std::prev(more);
  return seconds * work_of(point) / work;
}

}  // namespace tilewright::kernels::runner
