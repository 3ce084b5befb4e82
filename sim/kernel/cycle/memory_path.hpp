// The memories that all multiprocessors share, from the one next to them outwards. Each serves copies in the order
// in which they are asked for, at its bandwidth, and answers after its latency. A multiprocessor's own port to them
// has its share of the bandwidth of the next one, so that it gains little where the others ask for nothing.
//
// Of the bytes of a copy a memory sees the share that copy_costs() says, every copy the same: how much of the keys
// and values the outer memories must deliver again is found out once all blocks have run (sim/kernel/cycle/
// key_replay.hpp).
#pragma once

#include <vector>

#include "sim/kernel/copy_costs.hpp"

namespace tilewright {

class MemoryPath {
 public:
  MemoryPath(const PreparedKernel& prepared, const KernelParameters& parameters, const ByLevel<double>& read_B,
             double clock_Hz);

  /// A copy of so many tiles' worth of bytes, asked for by a multiprocessor at an SM cycle: the cycle at which it
  /// is there, or written. Calls come in order of `now`.
  double copy(double now, std::size_t multiprocessor, Copy kind, double tiles);
  /// So many copies that are not looked at one by one.
  void account(Copy kind, double tiles);

  /// Of the bandwidth of the memory that is busiest: copies of keys and values, and of sums, at so many tiles per
  /// cycle.
  [[nodiscard]] double load(double tiles_per_cycle) const;
  [[nodiscard]] bool empty() const { return memories_.empty(); }
  [[nodiscard]] LevelId outermost() const { return costs_.memories.back().level; }
  /// Corrects what has been counted of a level.
  void set_bytes(LevelId level, double read_B, double write_B);
  [[nodiscard]] ByLevel<double> read_B() const;
  [[nodiscard]] ByLevel<double> write_B() const;

 private:
  struct Memory {
    double free_at = 0;
    double read_B = 0;
    double write_B = 0;
  };
  static void count(Memory& memory, Copy kind, double bytes);

  CopyCosts costs_;
  std::vector<Memory> memories_;      // as CopyCosts has them
  std::vector<double> port_free_at_;  // by multiprocessor
  std::size_t levels_;
};

}  // namespace tilewright
