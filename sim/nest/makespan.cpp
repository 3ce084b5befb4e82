#include "sim/nest/makespan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "sim/nest/shared_workers.hpp"

namespace tilewright {

namespace {

// Workers by the time at which they are free, the first on top of a heap.
class Heap {
 public:
  explicit Heap(double workers) : free_at_(static_cast<std::size_t>(workers), 0) {}

  void run(const JobRun& jobs) {
    double left = jobs.count;
    while (left > 0) {
      // No two are further apart than one job: then each gets one in turn.
      const auto workers = static_cast<double>(free_at_.size());
      if (left >= workers && latest_ - free_at_[0] <= jobs.length) {
        const double rounds = std::floor(left / workers);
        offset_ += rounds * jobs.length;
        left -= rounds * workers;
        continue;
      }
      start(jobs.length);
      left -= 1;
    }
  }

  [[nodiscard]] double end() const { return offset_ + latest_; }

 private:
  // The first free worker takes a job, and sinks to its place.
  void start(double length) {
    const double time = free_at_[0] + length;
    latest_ = std::max(latest_, time);
    const std::size_t count = free_at_.size();
    std::size_t at = 0;
    while (true) {
      std::size_t child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && free_at_[child + 1] < free_at_[child]) ++child;
      if (free_at_[child] >= time) break;
      free_at_[at] = free_at_[child];
      at = child;
    }
    free_at_[at] = time;
  }

  std::vector<double> free_at_;
  double latest_ = 0;  // of free_at_
  double offset_ = 0;  // of all of them
};

// Workers by the tick at which they are free: a ring of ticks, no longer than the longest job, and a bit for each
// at which any worker is. Lengths are rounded so that sums of jobs are right within one tick.
class Calendar {
 public:
  Calendar(double workers, double longest)
      : workers_(workers), tick_(longest / (ticks - 1)), count_(ring), used_(ring / word) {
    count_[0] = static_cast<std::uint32_t>(workers);
    used_[0] = 1;
  }

  void run(const JobRun& jobs) {
    const double length = jobs.length / tick_;
    for (double left = jobs.count; left > 0;) {
      seek();
      std::uint32_t& here = count_[now_ % ring];
      const double started = std::min(left, static_cast<double>(here));
      left -= started;
      here -= static_cast<std::uint32_t>(started);
      if (here == 0) used_[now_ % ring / word] &= ~(std::uint64_t{1} << (now_ % word));
      const double whole = std::floor(length);
      owed_ += started * (length - whole);
      const double longer = std::min(started, std::floor(owed_));
      owed_ -= longer;
      free_at(now_ + static_cast<std::uint64_t>(whole) + 1, longer);
      free_at(now_ + static_cast<std::uint64_t>(whole), started - longer);
    }
  }

  // Work that is spread evenly.
  void share(double work) { shared_ += work; }

  [[nodiscard]] double end() const { return shared_ / workers_ + static_cast<double>(latest_) * tick_; }

 private:
  static constexpr std::uint64_t ticks = 1 << 12;
  static constexpr std::uint64_t ring = 2 * ticks;
  static constexpr std::uint64_t word = 64;

  // The first tick at which a worker is free.
  void seek() {
    while (count_[now_ % ring] == 0) {
      const std::uint64_t rest = used_[now_ % ring / word] >> (now_ % word);
      now_ += rest != 0 ? static_cast<std::uint64_t>(std::countr_zero(rest)) : word - now_ % word;
    }
  }

  void free_at(std::uint64_t tick, double workers) {
    if (workers == 0) return;
    count_[tick % ring] += static_cast<std::uint32_t>(workers);
    used_[tick % ring / word] |= std::uint64_t{1} << (tick % word);
    latest_ = std::max(latest_, tick);
  }

  double workers_;
  double tick_;
  std::vector<std::uint32_t> count_;
  std::vector<std::uint64_t> used_;
  std::uint64_t now_ = 0;
  std::uint64_t latest_ = 0;
  double owed_ = 0;  // ticks, of lengths rounded down
  double shared_ = 0;
};

double count_of(const JobSequence& sequence) {
  double count = 0;
  for (const JobRun& run : sequence.runs) count += run.count;
  return count;
}

double work_of(const JobSequence& sequence) {
  double work = 0;
  for (const JobRun& run : sequence.runs) work += run.count * run.length;
  return work;
}

// All jobs in order. `passed` of them, after the first `before`, are only work that is spread evenly: as many as
// give every worker the same number, so that where all are about equal none gets out of turn.
template <class Free>
class Schedule {
 public:
  Schedule(Free workers, double before, double passed)
      : workers_(std::move(workers)), before_(before), passed_(passed) {}

  void run(std::span<const JobSequence> sequences, double times) {
    double count = 0;
    double work = 0;
    for (const JobSequence& sequence : sequences) {
      count += sequence.times * count_of(sequence);
      work += sequence.times * work_of(sequence);
    }
    for (double round = pass(count, work, times); round < times; round += 1 + pass(count, work, times - round - 1))
      for (const JobSequence& sequence : sequences) run(sequence);
  }

  [[nodiscard]] double end() const { return workers_.end(); }

 private:
  // How many of `times` repetitions of so many jobs are passed over.
  double pass(double count, double work, double times) {
    if (before_ > 0 || passed_ < count) return 0;
    const double repeats = std::min(times, std::floor(passed_ / count));
    passed_ -= repeats * count;
    workers_.share(repeats * work);
    return repeats;
  }

  void run(const JobSequence& sequence) {
    const double count = count_of(sequence);
    const double work = work_of(sequence);
    for (double round = pass(count, work, sequence.times); round < sequence.times;
         round += 1 + pass(count, work, sequence.times - round - 1))
      for (const JobRun& run : sequence.runs) this->run(run);
  }

  void run(const JobRun& jobs) {
    const double now = std::min(before_, jobs.count);
    if (now > 0) workers_.run({now, jobs.length});
    before_ -= now;
    const double passed = std::min(before_ > 0 ? 0 : passed_, jobs.count - now);
    if (passed > 0) workers_.share(passed * jobs.length);
    passed_ -= passed;
    if (jobs.count > now + passed) workers_.run({jobs.count - now - passed, jobs.length});
  }

  Free workers_;
  double before_;
  double passed_;
};

template <class Free>
double exact(std::span<const JobSequence> sequences, double times, Free workers) {
  for (double round = 0; round < times; ++round)
    for (const JobSequence& sequence : sequences)
      for (double repeat = 0; repeat < sequence.times; ++repeat)
        for (const JobRun& run : sequence.runs) workers.run(run);
  return workers.end();
}

template <class Free>
double listed(std::span<const JobSequence> sequences, double times, Free workers, double listed, double passed) {
  Schedule<Free> schedule(std::move(workers), passed > 0 ? listed / 2 : 0, passed);
  schedule.run(sequences, times);
  return schedule.end();
}

}  // namespace

double list_makespan(std::span<const JobSequence> sequences, double times, Workers workers,
                     const MakespanLimits& limits) {
  double jobs = 0;
  double runs = 0;
  double longest = 0;
  for (const JobSequence& sequence : sequences) {
    jobs += times * sequence.times * count_of(sequence);
    runs += times * sequence.times * static_cast<double>(sequence.runs.size());
    for (const JobRun& run : sequence.runs) longest = std::max(longest, run.length);
  }
  if (jobs == 0 || longest == 0) return 0;
  workers.count = std::min(workers.count, jobs);
  const double slots = workers.count * workers.slots;
  const double passed = std::floor(std::max(0.0, jobs - limits.listed_jobs) / slots) * slots;
  // No run takes more steps than it has jobs, nor than what is left before and after rounds of equal jobs.
  const bool few = std::min(jobs, runs * 2 * slots) <= limits.exact_jobs;
  if (workers.slots > 1) {
    const SharedWorkers shared(workers.count, workers.slots);
    return few || passed == 0 ? exact(sequences, times, shared)
                              : listed(sequences, times, shared, limits.listed_jobs, passed);
  }
  if (few) return exact(sequences, times, Heap(workers.count));
  return listed(sequences, times, Calendar(workers.count, longest), limits.listed_jobs, passed);
}

}  // namespace tilewright
