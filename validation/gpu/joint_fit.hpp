// One fit of the parameters of all kernels, devices and calls of a suite to rows of all its sources.
#pragma once

#include <vector>

#include "common/table.hpp"
#include "sim/kernel/joint_calibration.hpp"
#include "validation/gpu/timing_model.hpp"

namespace tilewright {

/// By robust least squares (a soft L1 loss of scale `TimingJoint::loss`) on log(predicted / measured) of the first
/// value of each row. A parameter that ends at a limit, or that fewer than five rows decide, is refused: it keeps
/// its default, the others are fitted again, and the result says so. Throws InputError where there are no rows.
JointCalibration fit_jointly(const TimingSuite& suite, const std::vector<const PreparedTiming*>& rows);

Table summary(const JointCalibration& calibration);

}  // namespace tilewright
