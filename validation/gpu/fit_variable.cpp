#include "validation/gpu/fit_variable.hpp"

namespace tilewright {

FitVariable variable_of(const std::string& parameter, const Arch& arch) {
  const double launch_s = arch.launch_s > 0 ? arch.launch_s : 2e-6;
  if (parameter == "matrix_efficiency") return {0.9, 0.02, 2};
  if (parameter == "exposed") return {0.6, 0, 1};
  if (parameter == "tile_cycles") return {2000, 0, 1e6};
  if (parameter == "launch_s") return {2 * launch_s, 1e-7, 1e-2};
  if (parameter == "mask_operations") return {5, 0, 200};
  if (parameter == "memory_efficiency") return {0.9, 0.3, 1};
  if (parameter == "pass_B_per_cycle") return {10, 0.1, 200};
  if (parameter == "pass_step_cycles") return {200, 0, 1e5};
  return {0.9 * arch.clock_Hz, 0.3 * arch.clock_Hz, 1.1 * arch.clock_Hz};
}

}  // namespace tilewright
