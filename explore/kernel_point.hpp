// What a point says of a kernel: its tiles and its calibration.
#pragma once

#include "common/yaml.hpp"
#include "explore/evaluate.hpp"
#include "sim/kernel/candidate.hpp"

namespace tilewright {

/// The kernel of a mapping with what the point chooses of it, and the fit of explore/kernel_fit.hpp.
KernelCandidate kernel_candidate(const Point& point, const Yaml& mapping, const Workload& workload,
                                 const Cascade& cascade, const Arch& arch, Library& library);

/// Throws InputError for options of kernels with another mapping.
void refuse_kernel_options(const Point& point);

}  // namespace tilewright
