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
        chain_(matrix_chain(gpu.capability() == 90 ? "wgmma-shared" : "mma-sync", "bf16", gpu)),
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

}  // namespace

Outcome run_sustained(const plan::Row& point, Gpu& gpu, const DeviceMonitor& monitor) {
  if (gpu.profiling()) throw Unsupported("a profiler would slow the run");
  MatrixRun run(gpu);
  std::vector<double> settled_W;
  const Clock::time_point start = Clock::now();
  while (seconds_since(start) < run_s) {
    run.batch([&] {
      const auto power_W = monitor.read().power_W;
      if (power_W && seconds_since(start) > run_s - settled_s) settled_W.push_back(*power_W);
    });
  }
  gpu.wait();
  const double took_s = seconds_since(start);
  if (!run.right()) return wrong("the products do not add up");
  const bool clock = point.kernel == "sustained-clock";
  if (!clock && settled_W.empty()) throw Unsupported("the driver tells no power");
  Outcome outcome;
  outcome.samples_s = {took_s};
  outcome.value = clock ? run.clock_Hz() : median(settled_W);
  return outcome;
}

}  // namespace tilewright::kernels::runner
