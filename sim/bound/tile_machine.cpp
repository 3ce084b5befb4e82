#include "sim/bound/tile_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "einsum/selection_counts.hpp"

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

// What a worker and all that is below it can hold, Q tiles above all.
double held_B(const Arch& arch, const Level& worker) {
  double held = 0;
  ByLevel<char> below(arch.levels.size(), 0);
  for (const LevelId l : arch.levels.ids()) {
    const Level& level = arch.levels[l];
    below[l] = &level == &worker || (level.parent && below[level.parent] != 0);
    if (below[l] != 0) held += level.capacity_B * level.instances / worker.instances;
  }
  return held;
}

}  // namespace

TileMachine tile_machine_of(const Arch& arch, const Attention& problem, const Tiling& tiling) {
  const Level& worker = worker_level(arch, tiles_B(problem, tiling));
  std::optional<double> scored_B;
  if (problem.selection) scored_B = scored_word_B(problem, *problem.selection);
  TileMachine machine{
      arch.name, worker.instances, worker.name, compute_of(arch, problem.words, scored_B), {}, {}, 1, 0};
  for (LevelId l = worker.parent; l; l = arch.levels[l].parent) {
    const Level& level = arch.levels[l];
    if (level.bandwidth_B_per_s < unlimited)
      machine.memories.push_back({level.name, level.bandwidth_B_per_s, level.multicast, level.access_B});
    else if (level.capacity_B < unlimited)
      machine.unlimited_memories.push_back(level.name);
  }
  std::ranges::reverse(machine.memories);
  std::ranges::reverse(machine.unlimited_memories);
  const double query_tile_B = problem.query_row_B() * static_cast<double>(tiling.query_tile_size());
  machine.query_tiles_at_once = worker.instances * std::max(1.0, std::floor(held_B(arch, worker) / query_tile_B));
  return machine;
}

}  // namespace tilewright
