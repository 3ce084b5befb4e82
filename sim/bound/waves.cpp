#include "sim/bound/waves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

Schedule in_launch_order(std::span<const JobSequence> sequences, double workers) {
  double jobs = 0;
  double work = 0;
  for (const JobSequence& sequence : sequences)
    for (const JobRun& run : sequence.runs) {
      jobs += sequence.times * run.count;
      work += sequence.times * run.count * run.length;
    }
  constexpr double any = std::numeric_limits<double>::infinity();
  const double makespan = list_makespan(sequences, 1, {workers}, {.exact_jobs = any, .listed_jobs = any});
  return {jobs, makespan, std::ceil(jobs / workers), work > 0 ? makespan * workers / work : 1};
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
