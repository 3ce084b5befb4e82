#include "sim/kernel/cycle/memory_path.hpp"

#include <algorithm>
#include <cmath>

#include "mappings/kernel/occupancy.hpp"
#include "sim/systemc/ticks.hpp"

namespace tilewright {

namespace {

constexpr std::size_t index(Copy kind) { return static_cast<std::size_t>(kind); }

double query_tiles(const Blocks& blocks) {
  double tiles = 0;
  for (const BlockSequence& sequence : blocks.sequences)
    for (const BlockRun& run : sequence.runs) tiles += blocks.times * sequence.times * run.count * run.tiles;
  return tiles;
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

MemoryPath::MemoryPath(const PreparedKernel& prepared, double clock_Hz)
    : port_free_at_(static_cast<std::size_t>(prepared.multiprocessors), 0), levels_(prepared.arch.levels.size()) {
  const double query_B = prepared.problem.query_rows() * prepared.problem.query_row_B();
  const double tiles = query_tiles(prepared.blocks);
  const ByLevel<Level>& levels = prepared.arch.levels;
  for (LevelId l = levels[block_level(prepared.arch)].parent; l; l = levels[l].parent) {
    const Level& level = levels[l];
    Memory memory{l, clock_Hz / level.achievable_B_per_s,
                  std::isnan(level.latency_s) ? 0 : level.latency_s * clock_Hz};
    const double queries_B = std::min(query_B, prepared.read_B[l]);
    memory.tile_B[index(Copy::query)] = ratio(queries_B, tiles);
    memory.tile_B[index(Copy::key_value)] = ratio(prepared.read_B[l] - queries_B, prepared.blocks.visits());
    memory.tile_B[index(Copy::output)] = ratio(prepared.write_B[l], tiles);
    memories_.push_back(memory);
  }
  // What each memory sees of a copy, of what the one before it sees, is how much of it waits for that memory.
  for (std::size_t kind = 0; kind < copy_kinds; ++kind)
    for (std::size_t m = 0; m < memories_.size() && kind != index(Copy::output); ++m) {
      const double share = m == 0 ? 1 : std::min(1.0, ratio(memories_[m].tile_B[kind], memories_[0].tile_B[kind]));
      const double before = m == 0 ? 0 : memories_[m - 1].latency_cycles;
      latency_cycles_[kind] += share * std::max(0.0, memories_[m].latency_cycles - before);
    }
}

void MemoryPath::count(Memory& memory, Copy kind, double bytes) const {
  (kind == Copy::output ? memory.write_B : memory.read_B) += bytes;
}

double MemoryPath::copy(double now, std::size_t multiprocessor, Copy kind, double tiles) {
  if (memories_.empty()) return now;
  const Memory& next = memories_.front();
  double& port = port_free_at_[multiprocessor];
  const auto ports = static_cast<double>(port_free_at_.size());
  port = std::max(port, now) + in_ticks(tiles * next.tile_B[index(kind)] * next.cycles_per_B * ports);
  double served = port;
  for (Memory& memory : memories_) {
    const double bytes = tiles * memory.tile_B[index(kind)];
    memory.free_at = std::max(memory.free_at, now) + in_ticks(bytes * memory.cycles_per_B);
    served = std::max(served, memory.free_at);
    count(memory, kind, bytes);
  }
  return served + in_ticks(latency_cycles_[index(kind)]);
}

void MemoryPath::account(Copy kind, double tiles) {
  for (Memory& memory : memories_) count(memory, kind, tiles * memory.tile_B[index(kind)]);
}

double MemoryPath::load(double tiles_per_cycle) const {
  double most = 0;
  for (const Memory& memory : memories_)
    most = std::max(most, tiles_per_cycle * memory.tile_B[index(Copy::key_value)] * memory.cycles_per_B);
  return most;
}

ByLevel<double> MemoryPath::read_B() const {
  ByLevel<double> bytes(levels_, 0);
  for (const Memory& memory : memories_) bytes[memory.level] = memory.read_B;
  return bytes;
}

ByLevel<double> MemoryPath::write_B() const {
  ByLevel<double> bytes(levels_, 0);
  for (const Memory& memory : memories_) bytes[memory.level] = memory.write_B;
  return bytes;
}

}  // namespace tilewright
