// Runs the microbenchmarks of kernels/micro/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/device/launch.cuh"
#include "kernels/micro/rate.hpp"
#include "kernels/plan/row.hpp"
#include "kernels/runner/device_state.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

/// The outcome of the microbenchmark that the point names. Microbenchmarks bring their data into the caches, or
/// keep them out, themselves: the point's own `cache` means nothing here.
Outcome run_micro(const plan::Row& point, Gpu& gpu, const DeviceMonitor& monitor);

// One function for each group; they give a status of `wrong` where the work that was timed did not come out.
Outcome run_stream(const plan::Row& point, Gpu& gpu);    // hbm-read, hbm-write, hbm-copy, l2-read
Outcome run_shared(const plan::Row& point, Gpu& gpu);    // shared-bandwidth
Outcome run_chase(const plan::Row& point, Gpu& gpu);     // hbm-latency, l2-latency, shared-latency
Outcome run_rates(const plan::Row& point, Gpu& gpu);     // exp2, fma, mma-sync, wgmma-shared, wgmma-registers
Outcome run_launches(const plan::Row& point, Gpu& gpu);  // launch-period, graph-period
Outcome run_sustained(const plan::Row& point, Gpu& gpu, const DeviceMonitor& monitor);  // sustained-clock, -power

/// `amount` per second, by the median.
Outcome rate_of(double amount, const std::vector<double>& samples_s);

/// Seconds for each of `count`, by the median.
Outcome period_of(double count, const std::vector<double>& samples_s);

Outcome wrong(const std::string& message);

/// Blocks that run at a time on the whole device.
template <class Kernel>
int resident_blocks(const Gpu& gpu) {
  int per_multiprocessor = 0;
  check_cuda(
      cudaFuncSetAttribute(device::entry<Kernel>, cudaFuncAttributeMaxDynamicSharedMemorySize, Kernel::shared_B),
      "asking for shared memory");
  check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_multiprocessor, device::entry<Kernel>,
                                                           Kernel::threads, Kernel::shared_B),
             "asking for the occupancy");
  return per_multiprocessor * gpu.properties().multiProcessorCount;
}

/// A chain of matrix products (kernels/micro/rate.hpp, warpgroup_rate.hpp).
struct MatrixChain {
  int blocks, threads;
  double operations_per_step;  ///< of all blocks
  void (*launch)(int blocks, const RateParams& params, cudaStream_t stream);
};

/// The chain of mma-sync, wgmma-shared or wgmma-registers. `dtype` is bf16 or fp16, or empty for bf16.
MatrixChain matrix_chain(const std::string& kernel, const std::string& dtype, const Gpu& gpu);
MatrixChain warpgroup_chain(bool from_registers, const std::string& dtype, const Gpu& gpu);

/// Steps that take a few milliseconds; few enough that sums in fp32 keep their first digits.
int steps_of(const MatrixChain& chain, const Gpu& gpu);

/// Whether every thread's result is `steps` times that of one step, but for what sums in fp32 lose.
bool grew_with_steps(const std::vector<float>& once, const std::vector<float>& often, int steps);

template <class Rate>
MatrixChain chain_of(const Gpu& gpu) {
  const int blocks = resident_blocks<Rate>(gpu);
  return {blocks, Rate::threads, static_cast<double>(Rate::operations_per_step) * blocks,
          [](int grid, const RateParams& params, cudaStream_t stream) { launch<Rate>({grid}, params, stream); }};
}

}  // namespace tilewright::kernels::runner
