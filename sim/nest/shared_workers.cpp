#include "sim/nest/shared_workers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tilewright {

namespace {

constexpr double rounding = 1e-9;  // of times that are meant to be the same

}  // namespace

SharedWorkers::SharedWorkers(double workers, double slots)
    : slots_(static_cast<std::size_t>(slots)), workers_(static_cast<std::size_t>(workers)) {
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    workers_[w].slots.resize(slots_);
    for (std::size_t s = 0; s < slots_; ++s) free_.push({s, w});
  }
}

// Once all slots have such a job, each gets one after another: round by round.
void SharedWorkers::run(const JobRun& jobs) {
  if (jobs.length <= 0) return;
  const auto slots = static_cast<double>(slots_ * workers_.size());
  double until_look = 0;
  for (double left = jobs.count; left > 0;) {
    if (left >= slots && until_look <= 0) {
      if (all_have(jobs.length)) {
        const double rounds = std::floor(left / slots);
        offset_ += rounds * jobs.length * static_cast<double>(slots_);
        left -= rounds * slots;
        continue;
      }
      until_look = slots;
    }
    start(jobs.length);
    --left;
    --until_look;
  }
}

bool SharedWorkers::all_have(double length) const {
  return free_.empty() && std::ranges::all_of(workers_, [&](const Worker& worker) {
           return std::ranges::all_of(worker.slots, [&](const Slot& slot) { return slot.length == length; });
         });
}

void SharedWorkers::start(double length) {
  while (free_.empty()) wait();
  const Free at = free_.top();
  free_.pop();
  Worker& worker = workers_[at.worker];
  follow(worker);
  worker.slots[at.slot] = {worker.served + length, length};
  ++worker.jobs;
  change(at.worker);
}

void SharedWorkers::change(std::size_t worker) {
  if (std::exchange(workers_[worker].changed, true)) return;
  changed_.push_back(worker);
}

// Until the next job ends, and with it all that end at that time.
void SharedWorkers::wait() {
  for (const std::size_t worker : changed_) expect(worker);
  changed_.clear();
  while (events_.top().changes != workers_[events_.top().worker].changes) events_.pop();
  now_ = events_.top().time;
  while (!events_.empty() && events_.top().time <= now_ * (1 + rounding)) {
    const Event event = events_.top();
    events_.pop();
    if (event.changes == workers_[event.worker].changes) release(event.worker);
  }
}

void SharedWorkers::release(std::size_t at) {
  Worker& worker = workers_[at];
  follow(worker);
  for (std::size_t s = 0; s < slots_; ++s) {
    Slot& slot = worker.slots[s];
    if (slot.length == 0 || slot.end > worker.served + rounding * now_) continue;
    slot.length = 0;
    --worker.jobs;
    free_.push({s, at});
  }
  change(at);
}

void SharedWorkers::expect(std::size_t at) {
  Worker& worker = workers_[at];
  worker.changed = false;
  ++worker.changes;
  if (worker.jobs == 0) return;
  double next = std::numeric_limits<double>::infinity();
  for (const Slot& slot : worker.slots)
    if (slot.length > 0) next = std::min(next, slot.end);
  events_.push({worker.now + (next - worker.served) * static_cast<double>(worker.jobs), at, worker.changes});
}

void SharedWorkers::follow(Worker& worker) const {
  if (worker.jobs > 0) worker.served += (now_ - worker.now) / static_cast<double>(worker.jobs);
  worker.now = now_;
}

double SharedWorkers::end() const {
  double latest = 0;
  std::vector<double> ends;
  for (const Worker& worker : workers_) {
    ends.clear();
    for (const Slot& slot : worker.slots)
      if (slot.length > 0) ends.push_back(slot.end);
    std::ranges::sort(ends);
    double time = worker.now;
    double served = worker.served;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      time += (ends[i] - served) * static_cast<double>(ends.size() - i);
      served = ends[i];
    }
    latest = std::max(latest, time);
  }
  return latest + offset_;
}

}  // namespace tilewright
