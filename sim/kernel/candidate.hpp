// A kernel with what may be chosen of it, and the problem that it is asked to compute.
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"
#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

struct KernelCandidate {
  Kernel kernel;
  Tiling tiling;  ///< empty extents: the kernel's own
  FittedKernel fit;
  std::vector<std::string> warnings;  ///< of what was chosen, such as parameters of another machine
};

/// Attention with the shapes that the workload gives the kernel's ranks, under its mask (all pairs without one),
/// with the candidate's tiles. Throws InputError for a rank without a shape.
KernelProblem problem_of(const Workload& workload, const Cascade& cascade, const KernelCandidate& candidate);

/// Adds what the model of a prepared kernel leaves out or extrapolates.
void warn(const PreparedKernel& prepared, const Cascade& cascade, std::vector<std::string>& warnings);

}  // namespace tilewright
