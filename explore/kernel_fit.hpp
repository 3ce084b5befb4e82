// The fitted parameters that a point's kernel is predicted with.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "common/yaml.hpp"
#include "explore/evaluate.hpp"
#include "sim/kernel/parameters.hpp"

namespace tilewright {

/// The parameters that the point names (a calibration, or a kernel file that has them), with a warning where they
/// are of another kernel or architecture; or those that the kernel's own file has of the architecture; or, where it
/// has none, the defaults, with a warning. `mapping` is that file. In a call (its name, or nothing) that a joint
/// calibration knows it is that one which has the kernel's parameters, as it has the call's: no calibration of
/// its own knows of calls.
FittedKernel fit_of(const Point& point, const Yaml& mapping, const Arch& arch, Library& library,
                    std::vector<std::string>& warnings, const std::string& call = {});

}  // namespace tilewright
