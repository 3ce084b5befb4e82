#include "sim/kernel/pass_time.hpp"

#include <algorithm>

#include "sim/kernel/traffic.hpp"

namespace tilewright {

double pass_time_s(const PreparedPass& pass, const PreparedKernel& prepared, const KernelParameters& parameters,
                   double clock_Hz) {
  const double bytes_s = memory_s(pass, prepared) / parameters.memory_efficiency;
  const double moved_s = parameters.pass_B_per_cycle > 0
                             ? pass.moved_B / (parameters.pass_B_per_cycle * prepared.multiprocessors * clock_Hz)
                             : 0;
  const double work_s =
      std::max(pass.matrix_cycles / std::min(1.0, parameters.matrix_efficiency), pass.softmax_cycles) /
      (pass.rate * clock_Hz);
  // Until the first bytes of blocks are there, which others do not hide.
  const double steps_s = (pass.step_cycles + pass.fitted_steps * parameters.pass_step_cycles) / clock_Hz;
  return std::max({bytes_s / pass.bandwidth, moved_s / pass.bandwidth + steps_s, work_s});
}

}  // namespace tilewright
