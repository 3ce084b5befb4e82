#include "sim/kernel/cycle/memory_path.hpp"

#include <algorithm>

#include "sim/systemc/ticks.hpp"

namespace tilewright {

MemoryPath::MemoryPath(const PreparedKernel& prepared, const KernelParameters& parameters,
                       const ByLevel<double>& read_B, double clock_Hz)
    : costs_(copy_costs(prepared, parameters, read_B, clock_Hz)),
      memories_(costs_.memories.size()),
      port_free_at_(static_cast<std::size_t>(prepared.multiprocessors), 0),
      levels_(prepared.arch.levels.size()) {}

void MemoryPath::count(Memory& memory, Copy kind, double bytes) {
  (kind == Copy::output || kind == Copy::sums ? memory.write_B : memory.read_B) += bytes;
}

double MemoryPath::copy(double now, std::size_t multiprocessor, Copy kind, double tiles) {
  if (memories_.empty()) return now;
  double& port = port_free_at_[multiprocessor];
  const auto ports = static_cast<double>(port_free_at_.size());
  port = std::max(port, now) + in_ticks(tiles * costs_.memories.front().cycles(kind) * ports);
  double served = port;
  for (std::size_t m = 0; m < memories_.size(); ++m) {
    Memory& memory = memories_[m];
    memory.free_at = std::max(memory.free_at, now) + in_ticks(tiles * costs_.memories[m].cycles(kind));
    served = std::max(served, memory.free_at);
    count(memory, kind, tiles * costs_.memories[m].tile_B[index(kind)]);
  }
  return served + in_ticks(costs_.latency_cycles[index(kind)]);
}

void MemoryPath::account(Copy kind, double tiles) {
  for (std::size_t m = 0; m < memories_.size(); ++m)
    count(memories_[m], kind, tiles * costs_.memories[m].tile_B[index(kind)]);
}

double MemoryPath::load(double tiles_per_cycle) const {
  double most = 0;
  for (const CopyCosts::Memory& memory : costs_.memories)
    most = std::max(most, tiles_per_cycle * (memory.cycles(Copy::key_value) + memory.cycles(Copy::sums)));
  return most;
}

void MemoryPath::set_bytes(LevelId level, double read_B, double write_B) {
  for (std::size_t m = 0; m < memories_.size(); ++m)
    if (costs_.memories[m].level == level) {
      memories_[m].read_B = read_B;
      memories_[m].write_B = write_B;
    }
}

ByLevel<double> MemoryPath::read_B() const {
  ByLevel<double> bytes(levels_, 0);
  for (std::size_t m = 0; m < memories_.size(); ++m) bytes[costs_.memories[m].level] = memories_[m].read_B;
  return bytes;
}

ByLevel<double> MemoryPath::write_B() const {
  ByLevel<double> bytes(levels_, 0);
  for (std::size_t m = 0; m < memories_.size(); ++m) bytes[costs_.memories[m].level] = memories_[m].write_B;
  return bytes;
}

}  // namespace tilewright
