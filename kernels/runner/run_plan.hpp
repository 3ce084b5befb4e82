// Goes through a plan: skips what is done, measures the rest, writes each result as it comes.
#pragma once

#include <atomic>
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
inline constexpr int all_done = 0, some_wrong = 1, bad_input = 2, no_device = 3, interrupted = 130;

/// Measures the points that `options` choose, or profiles them. One line a point goes to `progress`; the name of a
/// point that ran under the profiler also to `names`, in order. Stops after the current point once `stop` is set,
/// and where the device is lost. Points that failed an earlier time come last, so that each new process gets
/// further.
int run_plan(const Options& options, const std::vector<plan::Row>& plan, Bench& bench,
             const std::atomic<bool>& stop, std::ostream& names, std::ostream& progress);

}  // namespace tilewright::kernels::runner
