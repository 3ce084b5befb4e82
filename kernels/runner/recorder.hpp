// Writes what came of points, in the order in which they were measured, once it is known whether each is right:
// that is found out one by one in the background, at the lowest priority.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <future>

#include "kernels/plan/row.hpp"
#include "kernels/runner/device_state.hpp"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

/// A point that the device is done with.
struct Taken {
  plan::Row point;
  Outcome outcome;
  DeviceState before, after;
  double seconds = 0;  ///< that it took; in the end with its judgement
};

class Recorder {
 public:
  /// Both are called on the thread that calls this: `wait` about every second of waiting, with the number of points
  /// that are not written yet, so that whoever watches knows that it is the judgement that lasts, not the device.
  Recorder(std::function<void(const Taken&)> write, std::function<void(std::size_t)> wait)
      : write_(std::move(write)), wait_(std::move(wait)) {}

  /// Waits where many are waiting to be judged already.
  void add(Taken taken);
  void write_ready();
  void write_all();

  /// Points that are not written yet.
  [[nodiscard]] const std::deque<plan::Row>& waiting() const { return points_; }

 private:
  void write_first();

  std::function<void(const Taken&)> write_;
  std::function<void(std::size_t)> wait_;
  std::deque<std::shared_future<Taken>> judged_;
  std::deque<plan::Row> points_;  ///< of judged_
};

}  // namespace tilewright::kernels::runner
