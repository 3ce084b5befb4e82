// Workers that share their time evenly among the jobs on them, as a multiprocessor does among its thread blocks: a
// job that is alone there has all of it.
#pragma once

#include <cstddef>
#include <queue>
#include <vector>

#include "sim/nest/makespan.hpp"

namespace tilewright {

class SharedWorkers {
 public:
  /// So many jobs on each at once. Of slots that are free at the same time, first those of workers that have the
  /// fewest jobs: every worker gets a job before any gets a second.
  SharedWorkers(double workers, double slots);

  /// Jobs in order, each to the slot that is free first. Of a worker that they have to themselves they would take
  /// their length.
  void run(const JobRun& jobs);
  /// Work that is spread evenly over the workers.
  void share(double work) { offset_ += work / static_cast<double>(workers_.size()); }
  /// Of the last job.
  [[nodiscard]] double end() const;

 private:
  struct Slot {
    double end = 0;     // once its worker has served each of its jobs so long
    double length = 0;  // of its job; 0: none
  };
  struct Worker {
    double now = 0;     // up to when it has been followed
    double served = 0;  // what each job that was there all the time has got until then
    std::size_t jobs = 0;
    std::size_t changes = 0;
    bool changed = false;  // since its event was made
    std::vector<Slot> slots;
  };
  // A job ends, unless its worker gets another one before.
  struct Event {
    double time;
    std::size_t worker;
    std::size_t changes;
    bool operator>(const Event& other) const { return time > other.time; }
  };
  struct Free {
    std::size_t slot;
    std::size_t worker;
    bool operator>(const Free& other) const {
      return slot != other.slot ? slot > other.slot : worker > other.worker;
    }
  };

  void start(double length);
  void wait();
  void release(std::size_t worker);
  void change(std::size_t worker);
  void expect(std::size_t worker);
  void follow(Worker& worker) const;
  [[nodiscard]] bool all_have(double length) const;

  std::size_t slots_;
  std::vector<Worker> workers_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::priority_queue<Free, std::vector<Free>, std::greater<>> free_;  // now
  std::vector<std::size_t> changed_;  // workers, whose events are made before the next wait
  double now_ = 0;
  double offset_ = 0;  // of all times
};

}  // namespace tilewright
