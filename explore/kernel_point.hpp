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

/// The tiles that the point asks for; without extents where it asks for none.
Tiling tiling_of(const Point& point);

struct FittedKernel {
  KernelParameters parameters;
  std::string file;  ///< where they are from; empty: the defaults
};

/// The parameters of the point's calibration, with a warning where it is of another kernel or architecture; or of
/// configs/calibrations/<kernel>/<arch>.yaml; or, where there is no such file, the defaults, with a warning.
FittedKernel fit_of(const Point& point, const Kernel& kernel, const Arch& arch, std::vector<std::string>& warnings);

/// Names for a result's numbers: those of sim/record/record.hpp, and
///   kernel.q_tile, .kv_tile, .occupancy, .blocks, .waves, .visits, .splits
///   kernel.flop_per_s, .of_peak         of the pairs of the mask, 2 operations per multiply-add; of the matrix
///   unit kernel.calibration, .parameter.P    as used share.S.time_s, .of_time            where the time goes
///   (sim/kernel/result.hpp) bound.*                             the last rung of the ladder of bounds, for the
///   machine at the same clock
Record make_kernel_record(const KernelPoint& what, const PreparedKernel& prepared, const FittedKernel& fit,
                          const KernelResult& result);

/// The closed form's record.
Record estimate_kernel(const KernelPoint& what);
/// The cycle simulation's.
Record simulate_kernel(const KernelPoint& what, const SimulationOptions& options);

/// Throws InputError for options of kernels with another mapping.
void refuse_kernel_options(const Point& point);

}  // namespace tilewright
