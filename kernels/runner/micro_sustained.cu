#include <algorithm>
#include <array>
#include <chrono>

#include "kernels/runner/micro_run.cuh"
#include "kernels/runner/statistics.hpp"

namespace tilewright::kernels::runner {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double run_s = 4;
/// The driver's power is a mean over a second (NVML API Reference Guide, nvmlDeviceGetPowerUsage): readings of the
/// last two seconds see nothing of how the run began.
constexpr double settled_s = 2;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Launches of a matrix chain, some tens of milliseconds of them at a time, and two batches ahead of the device.
class MatrixRun {
 public:
  explicit MatrixRun(Gpu& gpu)
      : gpu_(gpu),
        chain_(gpu.capability() == 90 ? warpgroup_chain<false>(gpu) : synchronous_chain(gpu)),
        steps_(steps_of(chain_, gpu)),
        results_(gpu, std::int64_t{4} * chain_.blocks * chain_.threads),
        elapsed_(gpu, static_cast<std::int64_t>(sizeof(Elapsed)) * chain_.blocks) {
    launch(1);
    once_ = results();
    for (cudaEvent_t& event : ends_) check_cuda(cudaEventCreate(&event), "creating an event");
  }
  ~MatrixRun() {
    for (cudaEvent_t event : ends_) cudaEventDestroy(event);
  }
  MatrixRun(const MatrixRun&) = delete;
  MatrixRun& operator=(const MatrixRun&) = delete;

  /// Queues a batch, calls `meanwhile`, and waits for the batch before.
  template <class Action>
  void batch(const Action& meanwhile) {
    for (int i = 0; i < 20; ++i) launch(steps_);
    check_cuda(cudaEventRecord(ends_[0], gpu_.stream()), "recording an event");
    meanwhile();
    check_cuda(cudaEventSynchronize(ends_[1]), "waiting for a matrix run");
    std::swap(ends_[0], ends_[1]);
  }

  [[nodiscard]] bool right() { return grew_with_steps(once_, results(), steps_); }

  /// Of the last launch: the median over its blocks.
  [[nodiscard]] double clock_Hz() {
    std::vector<double> clocks_Hz;
    for (const Elapsed& block : download(gpu_, elapsed_.as<Elapsed>(), static_cast<std::size_t>(chain_.blocks))) {
      clocks_Hz.push_back(static_cast<double>(block.sm_cycles) / (static_cast<double>(block.time_ns) * 1e-9));
    }
    return median(clocks_Hz);
  }

 private:
  void launch(int steps) {
    chain_.launch(chain_.blocks, {steps, results_.as<float>(), elapsed_.as<Elapsed>()}, gpu_.stream());
  }

  [[nodiscard]] std::vector<float> results() {
    gpu_.wait();
    return download(gpu_, results_.as<float>(), static_cast<std::size_t>(chain_.blocks) * chain_.threads);
  }

  Gpu& gpu_;
  MatrixChain chain_;
  int steps_;
  Buffer results_;
  Buffer elapsed_;
  std::vector<float> once_;
  std::array<cudaEvent_t, 2> ends_{};
};

/// What a run of run_s came to.
struct Sustained {
  double took_s;
  double clock_Hz;                ///< 0 where the products do not add up
  std::vector<double> settled_W;  ///< empty where the driver tells no power
};

Sustained sustained(const Device& device) {
  if (device.gpu.profiling()) throw Unsupported("a profiler would slow the run");
  MatrixRun run(device.gpu);
  Sustained of{};
  const Clock::time_point start = Clock::now();
  while (seconds_since(start) < run_s) {
    run.batch([&] {
      const auto power_W = device.monitor.read().power_W;
      if (power_W && seconds_since(start) > run_s - settled_s) of.settled_W.push_back(*power_W);
    });
  }
  device.gpu.wait();
  of.took_s = seconds_since(start);
  of.clock_Hz = run.right() ? run.clock_Hz() : 0;
  return of;
}

Outcome outcome_of(const Sustained& of, double value) {
  if (of.clock_Hz == 0) return wrong("the products do not add up");
  Outcome outcome;
  outcome.samples_s = {of.took_s};
  outcome.value = value;
  return outcome;
}

Outcome run_clock(const plan::Row&, const Device& device) {
  const Sustained of = sustained(device);
  return outcome_of(of, of.clock_Hz);
}

Outcome run_power(const plan::Row&, const Device& device) {
  const Sustained of = sustained(device);
  if (of.clock_Hz == 0) return outcome_of(of, 0);
  if (of.settled_W.empty()) throw Unsupported("the driver tells no power");
  return outcome_of(of, median(of.settled_W));
}

}  // namespace

std::vector<Compiled> sustained_micros() {
  return {
      entry({"sustained-clock", "Hz",
             "clock of the multiprocessors at the end of a matrix run of 4 s, which is done once",
             "sustained_clock_Hz"},
            run_micro<run_clock>),
      entry({"sustained-power", "W", "power of the board in the last half of such a run, as the driver reads it",
             "fills no key: over operations per second, the energy of an operation with all else that the board "
             "takes"},
            run_micro<run_power>),
  };
}

}  // namespace tilewright::kernels::runner
