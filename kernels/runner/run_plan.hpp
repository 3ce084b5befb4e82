// Goes through a plan: skips what is done, measures the rest, writes each result as it comes.
#pragma once

#include <atomic>
#include <chrono>
#include <ostream>
#include <vector>

#include "kernels/plan/row.hpp"
#include "kernels/runner/device_state.hpp"
#include "kernels/runner/options.hpp"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

/// The device that measures; tests have one of their own.
class Bench {
 public:
  virtual ~Bench() = default;
  [[nodiscard]] virtual Machine machine() const = 0;
  [[nodiscard]] virtual DeviceState state() const = 0;
  virtual Outcome measure(const plan::Row& point) = 0;
  /// Runs the point's kernels exactly once between the profiler's start and stop.
  virtual Outcome profile(const plan::Row& point) = 0;
};

/// Exit statuses.
inline constexpr int all_done = 0, some_wrong = 1, bad_input = 2, no_device = 3, lost_device = 4, interrupted = 130;

/// What surrounds a run.
struct Surroundings {
  std::chrono::steady_clock::time_point start;  ///< of the process
  const std::atomic<bool>& stop;                ///< set: after the current point
  std::ostream& names;                          ///< of points that ran under the profiler, in order
  std::ostream& progress;                       ///< one line a point
};

/// Measures the points that `options` choose, or profiles them. Stops where the device is lost. Points that
/// failed an earlier time come last, so that each new process gets further, and a kernel that lost the device twice
/// is dropped. Near the deadline, points that would not end in time are left out. Whether a result is right is
/// found out while others are timed.
int run_plan(const Options& options, const std::vector<plan::Row>& plan, Bench& bench, const Surroundings& around);

}  // namespace tilewright::kernels::runner
