// What a point says of a kernel: its tiles and its calibration.
#pragma once

#include "common/yaml.hpp"
#include "explore/evaluate.hpp"
#include "sim/kernel/candidate.hpp"

namespace tilewright {

/// The kernel of a mapping with what the point chooses of it. Without a calibration it takes
/// configs/calibrations/<kernel>/<arch>.yaml; where there is none, and where the point's is of another kernel or
/// architecture, it warns.
KernelCandidate kernel_candidate(const Point& point, const Yaml& mapping, const Cascade& cascade, const Arch& arch);

/// Throws InputError for options of kernels with another mapping.
void refuse_kernel_options(const Point& point);

}  // namespace tilewright
