// Fitted calibrations as text of kernel files.
#pragma once

#include <string>
#include <vector>

#include "validation/gpu/calibrate.hpp"

namespace tilewright {

/// Kernels that something was fitted of, in order.
std::vector<std::string> kernels_of(const std::vector<FittedCalibration>& fits);

/// The text of a kernel file that has nothing but what was fitted of the kernel: the section `calibrations` is what
/// the kernel's own file takes over.
std::string calibrations_yaml(const std::string& kernel, const std::vector<FittedCalibration>& fits,
                              const std::string& suite);

}  // namespace tilewright
