// What devices of one generation draw, by published powers.
#pragma once

#include <vector>

#include "sim/kernel/joint_calibration.hpp"
#include "validation/gpu/timing_model.hpp"

namespace tilewright {

/// The numbers of TimingPower's architectures, one for all of them: static power, energy of a multiply-add and of a
/// byte of the outermost memory. By robust least squares of log(predicted / measured) of the powers of the rows
/// that calibrate them, in the times that these took. Multiply-adds are those of visited tiles, padding included:
/// rows tell these better than those of the problem. A number that stops at a limit, or that fewer than five rows
/// decide, is refused, and is 0. Throws InputError where no row has a power.
FittedPower fit_power(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                      const SourceParameters& parameters);

}  // namespace tilewright
