// A kernel with what may be chosen of it.
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"
#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

struct KernelCandidate {
  Kernel kernel;
  Tiling tiling;  ///< empty extents: the kernel's own
  FittedKernel fit;
  std::vector<std::string> warnings;  ///< of what was chosen, such as parameters of another machine
};

/// Adds what the model of a prepared kernel leaves out or extrapolates.
void warn(const PreparedKernel& prepared, const Cascade& cascade, const FittedKernel& fit,
          std::vector<std::string>& warnings);

}  // namespace tilewright
