#include "sim/bound/waves.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>

#include "common/position.hpp"

namespace tilewright {

namespace {

// Sums over jobs in descending order of length.
class LongestFirst {
 public:
  explicit LongestFirst(std::vector<Jobs> jobs) : jobs_(std::move(jobs)) {
    std::ranges::sort(jobs_, std::ranges::greater{}, &Jobs::length);
    for (const Jobs& job : jobs_) {
      counts_.push_back(count() + job.count);
      sums_.push_back(sum() + job.count * job.length);
    }
  }
  [[nodiscard]] double count() const { return counts_.empty() ? 0 : counts_.back(); }
  [[nodiscard]] double sum() const { return sums_.empty() ? 0 : sums_.back(); }
  // How many jobs are as long as one of some length, or longer; by length.
  [[nodiscard]] const std::vector<double>& counts() const { return counts_; }
  // Of the first n jobs, n <= count().
  [[nodiscard]] double sum_of(double n) const {
    const std::size_t at = position_of(std::ranges::lower_bound(counts_, n), counts_);
    return sums_[at] - (counts_[at] - n) * jobs_[at].length;
  }

 private:
  std::vector<Jobs> jobs_;
  std::vector<double> counts_;  // of the jobs up to here
  std::vector<double> sums_;
};

}  // namespace

double least_makespan(std::vector<Jobs> jobs, double workers) {
  std::erase_if(jobs, [](const Jobs& job) { return job.count <= 0; });
  if (jobs.empty()) return 0;
  const LongestFirst longest(std::move(jobs));
  double least = longest.sum() / workers;
  double tried = -1;  // ascending
  const auto try_one = [&](double k) {
    if (k <= tried || k * workers + 1 > longest.count()) return;
    tried = k;
    least = std::max(least, longest.sum_of(k * workers + 1) - longest.sum_of(k * (workers - 1)));
  };
  // Between the k at which the first sum meets a shorter length, the difference is convex in k.
  for (const double count : longest.counts()) {
    const double k = std::floor((count - 1) / workers);
    try_one(k);
    try_one(k + 1);
  }
  return least;
}

Schedule in_launch_order(std::span<const double> lengths, std::size_t workers) {
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (std::size_t i = 0; i < std::min(workers, lengths.size()); ++i) free_at.push(0);
  Schedule schedule;
  schedule.jobs = static_cast<double>(lengths.size());
  for (const double length : lengths) {
    const double done = free_at.top() + length;
    free_at.pop();
    free_at.push(done);
    schedule.makespan = std::max(schedule.makespan, done);
  }
  const double all = std::reduce(lengths.begin(), lengths.end());
  schedule.waves = std::ceil(static_cast<double>(lengths.size()) / static_cast<double>(workers));
  schedule.imbalance = all > 0 ? schedule.makespan * static_cast<double>(workers) / all : 1;
  return schedule;
}

Schedule in_worst_order(std::span<const Jobs> jobs, double workers) {
  double count = 0;
  double all = 0;
  double longest = 0;
  for (const Jobs& job : jobs) {
    count += job.count;
    all += job.count * job.length;
    if (job.count > 0) longest = std::max(longest, job.length);
  }
  const double makespan = all / workers + longest * (1 - 1 / workers);
  return {count, makespan, std::ceil(count / workers), all > 0 ? makespan * workers / all : 1};
}

}  // namespace tilewright
