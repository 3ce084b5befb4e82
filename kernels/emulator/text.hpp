// Places in words, for messages.
#pragma once

#include <string>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::emulator {

/// "(1, 0, 0)"
inline std::string text(const Grid& grid) {
  return "(" + std::to_string(grid.x) + ", " + std::to_string(grid.y) + ", " + std::to_string(grid.z) + ")";
}

}  // namespace tilewright::kernels::emulator
