// What the stages of a thread block take, in cycles of its multiprocessor.
//
// A visit holds the multiprocessor for its matrix products and then for the exposed share of its softmax and the
// element mask, in which no other block's products run; what is left of the softmax runs under the products after
// it. So the calibrated share of exposed softmax is that of all blocks of a multiprocessor together, as in the
// estimate.
#pragma once

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

struct StageCosts {
  double products = 0;  ///< of a visit
  double exposed = 0;   ///< softmax of a visit, beside no products
  double hidden = 0;    ///< softmax of a visit, under products
  double mask = 0;      ///< of a visit to which the element mask is applied
  double prologue = 0;  ///< of a Q tile, while its first copies are under way: half of tile_cycles
  double epilogue = 0;  ///< of a Q tile: the other half, and the Einsums that are computed once
  double launch = 0;    ///< until a block's first instruction

  /// Of a visit in the midst of others, without element mask.
  [[nodiscard]] double steady_visit() const;
};

StageCosts stage_costs(const PreparedKernel& prepared, const KernelParameters& parameters, double clock_Hz);

}  // namespace tilewright
