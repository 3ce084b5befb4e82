#include "sim/bound/tile_machine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"

namespace tilewright {

namespace {

// A Q tile stays with the worker while K and V tiles come and go; its output may be in other memory.
double tiles_B(const Attention& problem, const Tiling& tiling) {
  return problem.query_row_B() * static_cast<double>(tiling.query_tile_size()) +
         problem.token_B() * static_cast<double>(tiling.key_tile_size());
}

const Level& worker_level(const Arch& arch, double need_B) {
  const Level* best = nullptr;
  for (const Level& level : arch.levels)
    if (level.capacity_B >= need_B && (best == nullptr || level.capacity_B < best->capacity_B)) best = &level;
  if (best == nullptr)
    throw InfeasibleError(fmt::format("no level of '{}' holds tiles of {:.0f} B", arch.name, need_B));
  return *best;
}

}  // namespace

double multiply_adds_per_s(const Arch& arch) {
  double per_cycle = 0;
  for (const ComputeUnit& unit : arch.units)
    if (const OperationCost* cost = unit.find("multiply_add"); cost != nullptr && !unit.alternative_to)
      per_cycle += unit.lanes / cost->cycles;
  if (per_cycle == 0) throw InputError(fmt::format("architecture '{}' has no unit for multiply_add", arch.name));
  return per_cycle * arch.clock_Hz;
}

TileMachine tile_machine_of(const Arch& arch, const Attention& problem, const Tiling& tiling) {
  const Level& worker = worker_level(arch, tiles_B(problem, tiling));
  TileMachine machine{arch.name, worker.instances, worker.name, multiply_adds_per_s(arch), {}};
  for (LevelId l = worker.parent; l; l = arch.levels[l].parent) {
    const Level& level = arch.levels[l];
    if (level.bandwidth_B_per_s < unlimited)
      machine.memories.push_back({level.name, level.bandwidth_B_per_s, level.multicast});
  }
  std::ranges::reverse(machine.memories);
  return machine;
}

}  // namespace tilewright
