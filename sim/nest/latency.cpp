#include "sim/nest/latency.hpp"

#include <algorithm>

#include "einsum/operation_count.hpp"

namespace tilewright {

namespace {

double lane_cycles(const std::vector<EinsumId>& lane, const Totals& totals) {
  double cycles = 0;
  for (const EinsumId einsum : lane) cycles += totals.einsum_cycles[einsum];
  return cycles;
}

// Whether the lanes of a step wait for each other: a tile that one hands to another is held only once.
bool wait(const SizedTree& sized, std::size_t step) {
  return std::ranges::any_of(sized.flat().lane_handovers, [&](const LaneHandover& handover) {
    return handover.step == step && sized.factor(handover.keep) < 2;
  });
}

// Steps one after another; within a step the longest lane, or all if they wait. `step` counts those of all groups.
double steps_cycles(const FusionGroup& group, const SizedTree& sized, bool held_once, std::size_t& step,
                    const Totals& totals) {
  double cycles = 0;
  for (const Step& each : group.steps) {
    double longest = sized.numbers().bubble_cycles.empty() ? 0 : sized.numbers().bubble_cycles[step];
    double all = longest;
    for (const auto& lane : each.lanes) {
      longest = std::max(longest, lane_cycles(lane, totals));
      all += lane_cycles(lane, totals);
    }
    cycles += !held_once && wait(sized, step) ? all : longest;
    ++step;
  }
  return cycles;
}

// The resource that is busy nearly all of the time; where none is, the order of the schedule binds.
Binding binding_of(const GroupResult& group, double clock_Hz) {
  constexpr double nearly = 0.99;
  Binding binding;
  double busiest = nearly * group.time_s;
  for (const UnitId u : group.unit_cycles.ids())
    if (group.unit_cycles[u] / clock_Hz > busiest) {
      busiest = group.unit_cycles[u] / clock_Hz;
      binding = u;
    }
  for (const LevelId l : group.level_time_s.ids())
    if (group.level_time_s[l] > busiest) {
      busiest = group.level_time_s[l];
      binding = l;
    }
  return binding;
}

}  // namespace

std::optional<PointCost> point_cost(const Cascade& cascade, const Einsum& einsum, const ComputeUnit& unit,
                                    double word_B) {
  PointCost cost;
  for (const auto& [operation, count] : operations_per_point(cascade, einsum)) {
    const OperationCost* each = unit.find(cascade.operations[operation].name);
    if (each == nullptr) return std::nullopt;
    const double cycles = count * each->cycles_for(word_B);
    cost.cycles = unit.chained ? std::max(cost.cycles, cycles) : cost.cycles + cycles;
    cost.energy_J += count * each->energy_for(word_B);
  }
  return cost;
}

void count_compute(const SizedTree& sized, const ById<LeafId, PointCost>& cost_by_leaf, MaskShare* mask,
                   std::size_t einsums, Totals& totals) {
  const ById<LeafId, Leaf>& leaves = sized.flat().leaves;
  for (ByEinsum<double>* by_einsum :
       {&totals.einsum_points, &totals.einsum_cycles, &totals.einsum_lane_cycles, &totals.einsum_energy_J})
    by_einsum->assign(einsums, 0);
  totals.einsum_unit.assign(einsums, {});
  for (const LeafId i : leaves.ids()) {
    const Leaf& leaf = leaves[i];
    const EinsumId e = leaf.einsum;
    const bool masked = mask != nullptr && mask->masked(leaf.einsum);
    const double points = sized.points(leaf);
    const double steps = sized.steps(leaf);
    totals.einsum_points[e] = points * (masked ? mask->share(leaf) : 1);
    totals.einsum_cycles[e] = steps * cost_by_leaf[i].cycles * (masked ? mask->time_share(leaf) : 1);
    totals.einsum_lane_cycles[e] = totals.einsum_points[e] * cost_by_leaf[i].cycles;
    totals.einsum_energy_J[e] = totals.einsum_points[e] * cost_by_leaf[i].energy_J;
    totals.einsum_unit[e] = leaf.unit;
  }
}

void schedule(const Arch& arch, const Tree& tree, const SizedTree& sized, bool held_once, Totals& totals) {
  for (GroupResult& group : totals.groups) group.unit_cycles.assign(arch.units.size(), 0);
  for (const Leaf& leaf : sized.flat().leaves)
    totals.groups[leaf.group].unit_cycles[leaf.unit] += totals.einsum_cycles[leaf.einsum];
  totals.time_s = 0;
  double longest = 0;
  std::size_t step = 0;
  for (const GroupId g : totals.groups.ids()) {
    GroupResult& group = totals.groups[g];
    group.schedule_cycles = steps_cycles(tree.groups[g], sized, held_once, step, totals);
    group.time_s = group.schedule_cycles / arch.clock_Hz;
    group.level_time_s.resize(arch.levels.size());
    for (const LevelId l : arch.levels.ids()) {
      const LevelBytes& bytes = group.level_bytes[l];
      group.level_time_s[l] = (bytes.read_B + bytes.write_B) / arch.levels[l].bandwidth_B_per_s;
      group.time_s = std::max(group.time_s, group.level_time_s[l]);
    }
    group.binding = binding_of(group, arch.clock_Hz);
    totals.time_s += group.time_s;
    if (group.time_s > longest) totals.binding = group.binding;
    longest = std::max(longest, group.time_s);
  }
  totals.cycles = totals.time_s * arch.clock_Hz;
}

}  // namespace tilewright
