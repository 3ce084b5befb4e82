// Where fits of the parameters of kernels begin and end.
#pragma once

#include <string>

#include "arch/arch.hpp"
#include "validation/gpu/least_squares.hpp"

namespace tilewright {

/// Of a parameter (sim/kernel/parameters.hpp) on a device.
FitVariable variable_of(const std::string& parameter, const Arch& arch);

}  // namespace tilewright
