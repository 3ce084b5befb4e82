#include "sim/kernel/copy_costs.hpp"

#include <algorithm>
#include <cmath>

#include "mappings/kernel/occupancy.hpp"

namespace tilewright {

namespace {

double query_tiles(const Blocks& blocks) {
  double tiles = 0;
  for (const BlockSequence& sequence : blocks.sequences)
    for (const BlockRun& run : sequence.runs) tiles += blocks.times * sequence.times * run.count * run.tiles;
  return tiles;
}

constexpr bool is_read(Copy kind) { return kind == Copy::query || kind == Copy::key_value; }

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

double achieved_B_per_s(const Arch& arch, const KernelParameters& parameters, LevelId level) {
  const double share = arch.levels[level].parent ? 1 : parameters.memory_efficiency;
  return share * arch.levels[level].achievable_B_per_s;
}

CopyCosts copy_costs(const PreparedKernel& prepared, const KernelParameters& parameters,
                     const ByLevel<double>& read_B, double clock_Hz) {
  CopyCosts costs;
  const double query_B = prepared.view.problem.query_rows() * prepared.view.problem.query_row_B();
  const double tiles = query_tiles(prepared.blocks);
  const ByLevel<Level>& levels = prepared.arch.levels;
  for (LevelId l = levels[block_level(prepared.arch)].parent; l; l = levels[l].parent) {
    const Level& level = levels[l];
    CopyCosts::Memory memory{l, clock_Hz / achieved_B_per_s(prepared.arch, parameters, l),
                             std::isnan(level.latency_s) ? 0 : level.latency_s * clock_Hz};
    const double queries_B = std::min(query_B, read_B[l]);
    memory.tile_B[index(Copy::query)] = ratio(queries_B, tiles);
    memory.tile_B[index(Copy::key_value)] = ratio(read_B[l] - queries_B, prepared.blocks.visits());
    memory.tile_B[index(Copy::output)] = ratio(prepared.write_B[l] - prepared.sum_B[l], tiles);
    memory.tile_B[index(Copy::sums)] = ratio(prepared.sum_B[l], prepared.blocks.visits());
    costs.memories.push_back(memory);
  }
  // What each memory sees of a copy, of what the one before it sees, is how much of it waits for that memory.
  for (std::size_t kind = 0; kind < copy_kinds; ++kind)
    for (std::size_t m = 0; m < costs.memories.size() && is_read(static_cast<Copy>(kind)); ++m) {
      const double share =
          m == 0 ? 1 : std::min(1.0, ratio(costs.memories[m].tile_B[kind], costs.memories[0].tile_B[kind]));
      const double before = m == 0 ? 0 : costs.memories[m - 1].latency_cycles;
      costs.latency_cycles[kind] += share * std::max(0.0, costs.memories[m].latency_cycles - before);
    }
  return costs;
}

}  // namespace tilewright
