// Runs a kernel on the host, as a GPU might at its worst: every thread is a fiber, warps and blocks go on in random
// order, asynchronous copies and matrix products happen as late or as early as they may, and shared memory starts
// as NaN. What a kernel must wait for and does not therefore shows in its results, for some of the seeds.
//
// Errors are std::logic_error and name the instruction, the block and the thread: a deadlock, lanes of a warp that
// part ways where all must take part, a wrong barrier, an access outside of shared memory or not aligned, copies
// that nobody waited for. It does not see races that no order of the threads' steps between two instructions of
// kernels/device/ brings about, nor anything of caches and timing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

/// One order of events of the many possible ones. The same seed gives the same order.
struct Schedule {
  std::uint64_t seed = 1;
};

namespace emulator {

struct LaunchShape {
  Grid grid;
  int threads;
  int shared_B;
  int cluster = 1;  ///< blocks along x that run together; divides the grid's
};

/// `thread` is run once for every thread of the grid; it is given the block's shared memory.
void run_grid(const LaunchShape& shape, const Schedule& schedule, const std::function<void(std::byte*)>& thread);

}  // namespace emulator

/// Runs a kernel type (see kernels/device/launch.cuh) over a grid; pointers in `params` are the host's. Clusters
/// of blocks run one after the other, in random order.
template <class Kernel>
void emulate(Grid grid, const typename Kernel::Params& params, const Schedule& schedule = {}) {
  static_assert(std::is_trivially_copyable_v<typename Kernel::Params>,
                "parameters are copied to the device as bytes");
  emulator::run_grid({grid, Kernel::threads, Kernel::shared_B, cluster_blocks_of<Kernel>()}, schedule,
                     [&params](std::byte* shared) { Kernel::run(params, shared); });
}

}  // namespace tilewright::kernels
