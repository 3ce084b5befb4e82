// A point whose mapping is a kernel: from names and shapes to the problem that the models of kernels take, and from
// their result to a record.
#pragma once

#include "arch/arch.hpp"
#include "common/yaml.hpp"
#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"
#include "explore/evaluate.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// What a point names, read.
struct KernelPoint {
  const Point& point;
  const Workload& workload;
  const Cascade& cascade;
  const Arch& arch;
  const Yaml& mapping;
};

/// Attention with the shapes that the workload gives the kernel's ranks, under its mask (all pairs without one),
/// with the point's tiles. Throws InputError for a rank without a shape.
KernelProblem problem_of(const KernelPoint& what, const Kernel& kernel);

/// The parameters of the point's calibration, with a warning where it is of another kernel or architecture; or of
/// configs/calibrations/<kernel>/<arch>.yaml; or, where there is no such file, the defaults, with a warning.
FittedKernel fit_of(const Point& point, const Kernel& kernel, const Arch& arch, std::vector<std::string>& warnings);

/// The closed form's record.
Record estimate_kernel(const KernelPoint& what);
/// The cycle simulation's.
Record simulate_kernel(const KernelPoint& what, const SimulationOptions& options);

/// Throws InputError for options of kernels with another mapping.
void refuse_kernel_options(const Point& point);

}  // namespace tilewright
