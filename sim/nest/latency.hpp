// Cycles of every Einsum on its unit, and the time of groups from their schedules and transfers.
#pragma once

#include <optional>

#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"

namespace tilewright {

/// What one Einsum costs at every point of its iteration space, on the unit that it is bound to.
struct PointCost {
  double cycles = 0;  ///< the sum over its operations, or the slowest of them on a chained unit
  double energy_J = 0;
};

/// On operands of so many bytes an element (operand_B). Nothing where the unit has not an operation that the Einsum
/// needs.
std::optional<PointCost> point_cost(const Cascade& cascade, const Einsum& einsum, const ComputeUnit& unit,
                                    double word_B);

/// Fills of the totals einsum_points, einsum_cycles, einsum_lane_cycles,
/// einsum_energy_J and einsum_unit, for all Einsums of the cascade; what the tree leaves out takes nothing.
void count_compute(const SizedTree& sized, const ById<LeafId, PointCost>& cost_by_leaf, MaskShare* mask,
                   std::size_t einsums, Totals& totals);

/// Fills the times of groups, time_s, cycles and binding; needs traffic and compute. Lanes of a step that hand a
/// tile to each other run at once only where it is held twice, unless `held_once`.
void schedule(const Arch& arch, const Tree& tree, const SizedTree& sized, bool held_once, Totals& totals);

}  // namespace tilewright
