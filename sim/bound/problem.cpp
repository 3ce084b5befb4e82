#include "sim/bound/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"

namespace tilewright {

namespace {

double multiply_adds_per_s(const Arch& arch) {
  double per_cycle = 0;
  for (const ComputeUnit& unit : arch.units)
    if (const OperationCost* cost = unit.find("multiply_add"); cost != nullptr && unit.alternative_to < 0)
      per_cycle += unit.lanes / cost->cycles;
  if (per_cycle == 0) throw InputError(fmt::format("architecture '{}' has no unit for multiply_add", arch.name));
  return per_cycle * arch.clock_Hz;
}

// A Q tile stays with the worker while K and V tiles come and go; its output may be in other memory.
double tiles_B(const AttentionProblem& problem) {
  const auto queries = static_cast<double>(problem.tiling.query_tile_size());
  const auto keys = static_cast<double>(problem.tiling.key_tile_size());
  return problem.head_dim * problem.element_B * (queries + 2 * keys);
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

double AttentionProblem::heads() const {
  double sum = 0;
  for (const HeadMask& mask : masks) sum += static_cast<double>(mask.heads);
  return sum;
}

Count AttentionProblem::queries_of_tile() const {
  const double group = heads() / kv_heads;
  const bool shared = std::ranges::all_of(masks, [&](const HeadMask& mask) {
    const bool dilated = std::ranges::any_of(mask.mask.axes, [](const Axis& axis) { return !axis.groups.empty(); });
    return !dilated && std::fmod(static_cast<double>(mask.heads), group) == 0;
  });
  return layout.flattened().queries * (shared ? static_cast<Count>(group) : 1);
}

Machine machine_of(const Arch& arch, const AttentionProblem& problem) {
  const Level& worker = worker_level(arch, tiles_B(problem));
  Machine machine{arch.name, worker.instances, worker.name, multiply_adds_per_s(arch), {}};
  for (LevelId l = worker.parent; l >= 0; l = arch.levels[static_cast<std::size_t>(l)].parent) {
    const Level& level = arch.levels[static_cast<std::size_t>(l)];
    if (level.bandwidth_B_per_s < unlimited)
      machine.memories.push_back({level.name, level.bandwidth_B_per_s, level.multicast});
  }
  std::ranges::reverse(machine.memories);
  return machine;
}

}  // namespace tilewright
