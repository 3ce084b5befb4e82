#include "sim/nest/cycle/interval_bounds.hpp"

#include <algorithm>

#include "einsum/cycle_ratio.hpp"

namespace tilewright {

namespace {

// Of a task that has all resources to itself.
double cycles_alone(const TileProgram& program, const TileTask& task) {
  ByResource<double> amounts;
  amounts.assign(program.capacity.size(), 0);
  for (const Flow& flow : task.flows)
    if (flow.level + 1 >= static_cast<int>(program.nest.loops.size())) amounts[flow.resource] += flow.amount;
  double cycles = task.least_cycles;
  for (const ResourceId r : amounts.ids()) cycles = std::max(cycles, amounts[r] / program.capacity[r]);
  return cycles;
}

// Tiles from one to the next of a loop over the rank.
double distance(const TileNest& nest, RankId rank) {
  double tiles = 1;
  for (std::size_t i = nest.loops.size(); i-- > 0 && nest.loops[i].rank != rank;)
    tiles *= static_cast<double>(nest.loops[i].times);
  return tiles;
}

bool always(const TileTask& task) { return task.when.first == 0 && task.when.last == 0; }

}  // namespace

double resource_bound(const TileProgram& program, const PipelineResult& result) {
  double cycles = 0;
  for (const ResourceId r : program.capacity.ids()) cycles = std::max(cycles, result.used[r] / program.capacity[r]);
  return result.tiles > 0 ? cycles / result.tiles : 0;
}

double recurrence_bound(const TileProgram& program) {
  std::vector<TimedEdge> edges;
  const auto add = [&](TaskId from, TaskId to, double cycles, double tiles) {
    if (always(program.tasks[from]) && always(program.tasks[to]))
      edges.push_back({from.index(), to.index(), cycles_alone(program, program.tasks[from]) + cycles, tiles});
  };
  for (const TaskId task : program.tasks.ids()) {
    add(task, task, 0, 1);
    for (const Need& need : program.tasks[task].needs)
      add(need.task, task, program.tasks[need.task].latency_cycles,
          need.iterated ? distance(program.nest, need.iterated) : -static_cast<double>(need.shift));
    for (const Credit& credit : program.tasks[task].credits)
      if (program.tracks[credit.track].level + 1 == static_cast<int>(program.nest.loops.size()))
        add(credit.reader, task, program.tasks[credit.reader].skew_cycles, static_cast<double>(credit.held));
  }
  return largest_cycle_ratio(program.tasks.size(), edges);
}

}  // namespace tilewright
