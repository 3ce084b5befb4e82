#include "sim/kernel/energy.hpp"

#include <numeric>

namespace tilewright {

namespace {

// Q tiles of all blocks.
double tiles_of(const Blocks& blocks) {
  double tiles = 0;
  for (const BlockSequence& sequence : blocks.sequences)
    for (const BlockRun& run : sequence.runs) tiles += blocks.times * sequence.times * run.count * run.tiles;
  return tiles;
}

ByUnit<double> energy_of_units(const PreparedKernel& prepared) {
  ByUnit<double> energy_J(prepared.arch.units.size(), 0);
  const double visits = prepared.fused ? prepared.blocks.visits() : 0;
  const double tiles = prepared.fused ? tiles_of(prepared.blocks) : 0;
  for (const UnitId u : energy_J.ids()) {
    if (prepared.fused)
      energy_J[u] += visits * prepared.work.visit.unit_energy_J[u] + tiles * prepared.work.tile.unit_energy_J[u];
    for (const PreparedPass& pass : prepared.passes) energy_J[u] += pass.unit_energy_J[u];
  }
  return energy_J;
}

double sum_of(const auto& energies) { return std::accumulate(energies.begin(), energies.end(), 0.0); }

}  // namespace

void count_energy(const PreparedKernel& prepared, KernelResult& result) {
  const Arch& arch = prepared.arch;
  result.unit_energy_J = energy_of_units(prepared);
  result.level_energy_J.assign(arch.levels.size(), 0);
  for (const LevelId l : arch.levels.ids())
    if (result.level_read_B[l] + result.level_write_B[l] > 0)
      result.level_energy_J[l] = arch.levels[l].energy_of(result.level_read_B[l], result.level_write_B[l]);
  result.static_energy_J = arch.static_W * result.time_s;
  result.energy_J = result.static_energy_J + sum_of(result.unit_energy_J) + sum_of(result.level_energy_J);
}

}  // namespace tilewright
