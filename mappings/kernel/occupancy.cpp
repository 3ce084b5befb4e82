#include "mappings/kernel/occupancy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

constexpr double register_B = 4;

// The registers are those of the level below the one that blocks run in.
const Level* registers_of(const Arch& arch, LevelId blocks) {
  const auto found = std::ranges::find(arch.levels, blocks, &Level::parent);
  return found == arch.levels.end() ? nullptr : &*found;
}

}  // namespace

LevelId block_level(const Arch& arch) {
  if (const LevelId id = arch.levels.id_of(std::ranges::find_if(arch.levels, &Level::runs_blocks))) return id;
  throw InputError(
      fmt::format("architecture '{}' has no level with 'blocks', so it runs no thread blocks", arch.name));
}

BlockNeeds needs_of(const KernelBlock& block, const KernelShape& shape, double stages) {
  std::vector<double> slots = slots_of(shape);
  slots.push_back(stages);
  return {block.threads.amount(slots), block.registers.amount(slots), block.shared_B.amount(slots)};
}

Occupancy occupancy_of(const Arch& arch, const BlockNeeds& needs) {
  const LevelId at = block_level(arch);
  const Level& level = arch.levels[at];
  if (needs.shared_B > level.capacity_B)
    throw InfeasibleError(fmt::format("a thread block needs {:.0f} B of '{}', {:.0f} B more than there are",
                                      needs.shared_B, level.name, needs.shared_B - level.capacity_B));
  // The capacity is what one block can ask for; what the machine takes of it for that block is there besides.
  Occupancy best{level.blocks, "blocks"};
  const auto limit = [&](double capacity, double need, const std::string& what) {
    if (need > 0 && std::floor(capacity / need) < best.blocks) best = {std::floor(capacity / need), what};
  };
  limit(level.threads, needs.threads, "threads");
  limit(level.capacity_B + level.block_B, needs.shared_B + level.block_B, level.name);
  if (const Level* registers = registers_of(arch, at))
    limit(registers->capacity_B, needs.threads * needs.registers * register_B, registers->name);
  if (best.blocks < 1)
    throw InfeasibleError(fmt::format("a thread block of {:.0f} threads with {:.0f} registers does not fit: {}",
                                      needs.threads, needs.registers, best.limit));
  return best;
}

}  // namespace tilewright
