#include "sim/kernel/cycle/stage_costs.hpp"

#include <algorithm>

#include "sim/systemc/ticks.hpp"

namespace tilewright {

double StageCosts::steady_visit() const { return std::max(products, hidden) + exposed; }

StageCosts stage_costs(const PreparedKernel& prepared, const KernelParameters& parameters, double clock_Hz) {
  const VisitWork& work = prepared.work;
  StageCosts costs;
  const double exposed = prepared.kernel.softmax_under_products ? parameters.exposed : 1;
  const double products = work.visit.matrix_cycles / parameters.matrix_efficiency;
  costs.products = std::max(products, work.visit.matrix_cycles);  // those beside the softmax hold their unit, too
  costs.exposed = std::max(0.0, exposed * work.visit.softmax_cycles() - (costs.products - products));
  double busiest = 0;
  for (const UnitId u : work.visit.unit_cycles.ids())
    if (role_of(prepared.arch.units[u]) != UnitRole::matrix) busiest = std::max(busiest, work.visit.unit_cycles[u]);
  costs.hidden = std::max(0.0, busiest - costs.exposed);
  costs.mask = parameters.mask_operations * work.mask_vector_cycles;
  costs.prologue = parameters.tile_cycles / 2;
  costs.epilogue = parameters.tile_cycles / 2 +
                   work.tile.matrix_cycles / std::min(1.0, parameters.matrix_efficiency) +
                   work.tile.softmax_cycles();
  costs.launch = prepared.arch.block_launch_s * clock_Hz;
  for (double* cycles : {&costs.products, &costs.exposed, &costs.hidden, &costs.mask, &costs.prologue,
                         &costs.epilogue, &costs.launch})
    *cycles = in_ticks(*cycles);
  return costs;
}

}  // namespace tilewright
