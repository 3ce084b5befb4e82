// Runs the microbenchmarks of kernels/micro/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/device/launch.cuh"
#include "kernels/micro/rate.hpp"
#include "kernels/runner/catalogue.hpp"
#include "kernels/runner/device_state.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/outcome.hpp"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {

/// What a microbenchmark measures, and which key of a machine's description (configs/archs/) it fills.
struct Micro {
  const char* name;
  const char* unit;     ///< of its value
  const char* meaning;  ///< of its value
  const char* fills;    ///< a key of configs/archs/, and how
  const char* needs = "sm_80";
};

/// Its entry of the catalogue.
Compiled entry(const Micro& of, Run run);

/// Run of a microbenchmark, which gives a status of `wrong` where the work that was timed did not come out.
/// Microbenchmarks bring their data into the caches, or keep them out, themselves: the point's own `cache` means
/// nothing here.
template <Outcome (*measure)(const plan::Row& point, const Device& device)>
Outcome run_micro(const plan::Row& point, const Compiled& of, const Device& device) {
  plan::Row warm = point;
  warm.cache = plan::Cache::warm;
  Outcome outcome = measure(warm, device);
  outcome.unit = of.unit;
  return outcome;
}

/// `amount` per second, by the median.
Outcome rate_of(double amount, const std::vector<double>& samples_s);

/// Seconds for each of `count`, by the median.
Outcome period_of(double count, const std::vector<double>& samples_s);

/// Nothing was timed, or nothing is known of it.
Outcome wrong(const std::string& message);

/// The outcome, as it is or, where the work did not come out, marked as wrong.
Outcome right_if(bool came_out, const std::string& message, Outcome outcome);

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

/// By mma.sync, or by wgmma, whose A comes from registers or from shared memory; of bf16.
MatrixChain synchronous_chain(const Gpu& gpu);
template <bool from_registers>
MatrixChain warpgroup_chain(const Gpu& gpu);

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
