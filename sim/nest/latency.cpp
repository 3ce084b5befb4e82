#include "sim/nest/latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "einsum/operation_count.hpp"

namespace tilewright {

namespace {

double lane_cycles(const std::vector<EinsumId>& lane, const Result& result) {
  double cycles = 0;
  for (const EinsumId einsum : lane) cycles += result.einsum_cycles[static_cast<std::size_t>(einsum)];
  return cycles;
}

double bubble_cycles(const Expression& bubble, const Frame& frame) {
  const double cycles = bubble.evaluate(frame.slots);
  if (!(cycles >= 0 && std::isfinite(cycles)))
    bubble.fail(fmt::format("bubble cycles must be finite and at least 0; '{}' is {}", bubble.text(), cycles));
  return cycles;
}

// Steps one after another; within a step the longest lane.
double steps_cycles(const FusionGroup& group, const Frame& frame, const Result& result) {
  double cycles = 0;
  for (const Step& step : group.steps) {
    double longest = step.bubble_cycles ? bubble_cycles(*step.bubble_cycles, frame) : 0;
    for (const auto& lane : step.lanes) longest = std::max(longest, lane_cycles(lane, result));
    cycles += longest;
  }
  return cycles;
}

void add_level_times(const Arch& arch, const Plan& plan, Result& result) {
  for (const Leaf& leaf : plan.leaves) {
    GroupResult& group = result.groups[static_cast<std::size_t>(leaf.group)];
    for (std::size_t l = 0; l < arch.levels.size(); ++l) {
      double bytes = 0;
      for (TensorId tensor = 0; tensor < result.tensors; ++tensor) {
        const std::size_t at = result.index(static_cast<LevelId>(l), tensor, leaf.einsum);
        bytes += result.read_B[at] + result.write_B[at];
      }
      group.level_time_s[l] += bytes / arch.levels[l].bandwidth_B_per_s;
    }
  }
}

// The resource that is busy nearly all of the time; where none is, the order of the schedule binds.
Binding binding_of(const GroupResult& group, double clock_Hz) {
  constexpr double nearly = 0.99;
  Binding binding;
  double busiest = nearly * group.time_s;
  for (std::size_t u = 0; u < group.unit_cycles.size(); ++u)
    if (group.unit_cycles[u] / clock_Hz > busiest) {
      busiest = group.unit_cycles[u] / clock_Hz;
      binding = {Binding::Kind::unit, static_cast<int>(u)};
    }
  for (std::size_t l = 0; l < group.level_time_s.size(); ++l)
    if (group.level_time_s[l] > busiest) {
      busiest = group.level_time_s[l];
      binding = {Binding::Kind::level, static_cast<int>(l)};
    }
  return binding;
}

}  // namespace

PointCost point_cost(const Cascade& cascade, const Einsum& einsum, const ComputeUnit& unit) {
  PointCost cost;
  for (const auto& [operation, count] : operations_per_point(cascade, einsum)) {
    const OperationCost* each = unit.find(operations()[static_cast<std::size_t>(operation)].name);
    const double cycles = count * each->cycles;
    cost.cycles = unit.chained ? std::max(cost.cycles, cycles) : cost.cycles + cycles;
    cost.energy_J += count * each->energy_J;
  }
  return cost;
}

void count_compute(const Cascade& cascade, const Plan& plan, const Frame& frame,
                   const std::vector<PointCost>& cost_by_leaf, MaskShare* mask, Result& result) {
  const std::size_t count = cascade.einsums.size();
  result.einsum_points.resize(count);
  result.einsum_cycles.resize(count);
  result.einsum_lane_cycles.resize(count);
  result.einsum_energy_J.resize(count);
  result.einsum_unit.resize(count);
  for (std::size_t i = 0; i < plan.leaves.size(); ++i) {
    const Leaf& leaf = plan.leaves[i];
    const auto e = static_cast<std::size_t>(leaf.einsum);
    const bool masked = mask != nullptr && mask->masked(leaf.einsum);
    const double steps = product(leaf.temporal, frame);
    result.einsum_points[e] = steps * product(leaf.spatial, frame) * (masked ? mask->share(leaf) : 1);
    result.einsum_cycles[e] = steps * cost_by_leaf[i].cycles * (masked ? mask->time_share(leaf) : 1);
    result.einsum_lane_cycles[e] = result.einsum_points[e] * cost_by_leaf[i].cycles;
    result.einsum_energy_J[e] = result.einsum_points[e] * cost_by_leaf[i].energy_J;
    result.einsum_unit[e] = leaf.unit;
  }
}

void schedule(const Arch& arch, const Mapping& mapping, const Plan& plan, const Frame& frame, Result& result) {
  result.groups.resize(mapping.groups.size());
  for (GroupResult& group : result.groups) {
    group.level_time_s.assign(arch.levels.size(), 0);
    group.unit_cycles.assign(arch.units.size(), 0);
  }
  for (const Leaf& leaf : plan.leaves)
    result.groups[static_cast<std::size_t>(leaf.group)].unit_cycles[static_cast<std::size_t>(leaf.unit)] +=
        result.einsum_cycles[static_cast<std::size_t>(leaf.einsum)];
  add_level_times(arch, plan, result);
  result.time_s = 0;
  double longest = 0;
  for (std::size_t g = 0; g < result.groups.size(); ++g) {
    GroupResult& group = result.groups[g];
    group.schedule_cycles = steps_cycles(mapping.groups[g], frame, result);
    group.time_s = std::max(group.schedule_cycles / arch.clock_Hz, *std::ranges::max_element(group.level_time_s));
    group.binding = binding_of(group, arch.clock_Hz);
    result.time_s += group.time_s;
    if (group.time_s > longest) result.binding = group.binding;
    longest = std::max(longest, group.time_s);
  }
  result.cycles = result.time_s * arch.clock_Hz;
}

}  // namespace tilewright
