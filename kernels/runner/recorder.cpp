#include "kernels/runner/recorder.hpp"

#include <sys/resource.h>

#include <chrono>
#include <exception>
#include <utility>

namespace tilewright::kernels::runner {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_waiting = 8;  // each keeps the rows that are checked, and no more

/// After the one before.
Taken judged(Taken taken, const std::shared_future<Taken>& before) {
  if (before.valid()) before.wait();
  setpriority(PRIO_PROCESS, 0, 19);  // on Linux of this thread, and of those that it starts
  const Clock::time_point start = Clock::now();
  try {
    taken.outcome.judge(taken.outcome);
  } catch (const std::exception& problem) {
    taken.outcome.status = plan::Status::failed;
    taken.outcome.message = problem.what();
  }
  taken.seconds += std::chrono::duration<double>(Clock::now() - start).count();
  return taken;
}

std::shared_future<Taken> ready(Taken taken) {
  std::promise<Taken> promise;
  promise.set_value(std::move(taken));
  return promise.get_future().share();
}

}  // namespace

void Recorder::add(Taken taken) {
  write_ready();
  while (judged_.size() >= most_waiting) write_first();
  points_.push_back(taken.point);
  if (taken.outcome.judge == nullptr) {
    judged_.push_back(ready(std::move(taken)));
  } else {
    const std::shared_future<Taken> before = judged_.empty() ? std::shared_future<Taken>() : judged_.back();
    judged_.push_back(std::async(std::launch::async, judged, std::move(taken), before).share());
  }
  write_ready();
}

void Recorder::write_first() {
  while (judged_.front().wait_for(std::chrono::seconds(1)) != std::future_status::ready) wait_(judged_.size());
  const Taken taken = judged_.front().get();
  judged_.pop_front();
  points_.pop_front();
  write_(taken);
}

void Recorder::write_ready() {
  while (!judged_.empty() && judged_.front().wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    write_first();
  }
}

void Recorder::write_all() {
  while (!judged_.empty()) write_first();
}

}  // namespace tilewright::kernels::runner
