// The time of a fused kernel by simulation: thread blocks that go through their stages on multiprocessors whose
// units they share, and whose copies share the memories above. It takes what the estimate takes, fills the same
// result, and its parameters mean the same: a visit of a block that has a multiprocessor to itself costs what
// visit_cycles() says unless its keys and values arrive later. What the estimate leaves out comes from here:
// waiting for copies, queues at the memories, blocks that end at different times.
//
// Passes before and after the kernel, and kernels of passes alone, are as the estimate has them.
#pragma once

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"
#include "sim/systemc/simulation_options.hpp"

namespace tilewright {

/// Simulations of one process run one after another, whatever thread they are called from. Throws Interrupted once
/// interrupted(), and InputError where the trace cannot be written.
KernelResult simulate(const PreparedKernel& prepared, const KernelParameters& parameters,
                      const SimulationOptions& options = {});

}  // namespace tilewright
