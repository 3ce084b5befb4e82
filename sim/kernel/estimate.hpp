// The time of a fused kernel in closed form.
//
// A visit of a KV tile takes  matrix / matrix_efficiency + exposed * softmax  SM cycles, and no unit less than its
// own work; with the element mask, mask_operations per pair more. Where stages and blocks are too few for the next
// K and V to be there by then, a visit waits for them. A block takes tile_cycles and its visits, for as long as it
// has the multiprocessor to itself; blocks go in launch order to the place that is free first, and share a
// multiprocessor evenly (sim/nest/shared_workers.hpp). The kernel takes the launch, the first copies as far as no
// prologue hides them, and the longer of the last block's end and of every memory's bytes at its bandwidth. Passes
// before and after add up.
#pragma once

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"

namespace tilewright {

KernelResult estimate(const PreparedKernel& prepared, const KernelParameters& parameters);

/// SM cycles of one visit of a block that has the multiprocessor to itself: without and with the element mask.
struct VisitCycles {
  double full = 0;
  double masked = 0;
};
VisitCycles visit_cycles(const PreparedKernel& prepared, const KernelParameters& parameters);

/// SM cycles of a block that has the multiprocessor to itself: its tile work and its visits.
double block_cycles(const PreparedKernel& prepared, const KernelParameters& parameters, const BlockRun& block);

}  // namespace tilewright
