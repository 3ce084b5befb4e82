// Cycles of every Einsum on its unit, and the time of groups from their schedules and transfers.
#pragma once

#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"

namespace tilewright {

/// What one Einsum costs at every point of its iteration space, on the unit that it is bound to.
struct PointCost {
  double cycles = 0;  ///< the sum over its operations, or the slowest of them on a chained unit
  double energy_J = 0;
};

PointCost point_cost(const Cascade& cascade, const Einsum& einsum, const ComputeUnit& unit);

/// Fills einsum_points, einsum_cycles, einsum_lane_cycles, einsum_energy_J and einsum_unit.
void count_compute(const Cascade& cascade, const Plan& plan, const Frame& frame,
                   const std::vector<PointCost>& cost_by_leaf, MaskShare* mask, Result& result);

/// Fills groups, time_s, cycles and binding; needs traffic and compute.
void schedule(const Arch& arch, const Mapping& mapping, const Plan& plan, const Frame& frame, Result& result);

}  // namespace tilewright
