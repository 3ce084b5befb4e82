// The memories that all multiprocessors share, from the one next to them outwards. Each serves copies in the order
// in which they are asked for, at its bandwidth, and answers after its latency. A multiprocessor's own port to them
// has its share of the bandwidth of the next one, so that it gains little where the others ask for nothing.
//
// Of the bytes of a copy a memory sees the share that the kernel's traffic says, every copy the same: how much of
// the keys and values the outer memories must deliver again is in that traffic, not found out here. A copy of which
// a share comes from further out has that share of the longer latency.
#pragma once

#include <array>
#include <vector>

#include "sim/kernel/prepare.hpp"

namespace tilewright {

enum class Copy { query, key_value, output };
inline constexpr std::size_t copy_kinds = 3;

class MemoryPath {
 public:
  MemoryPath(const PreparedKernel& prepared, double clock_Hz);

  /// A copy of so many tiles' worth of bytes, asked for by a multiprocessor at an SM cycle: the cycle at which it
  /// is there, or written. Calls come in order of `now`.
  double copy(double now, std::size_t multiprocessor, Copy kind, double tiles);
  /// So many copies that are not looked at one by one.
  void account(Copy kind, double tiles);

  /// Of the bandwidth of the memory that is busiest: copies of keys and values at so many tiles per cycle.
  [[nodiscard]] double load(double tiles_per_cycle) const;
  [[nodiscard]] ByLevel<double> read_B() const;
  [[nodiscard]] ByLevel<double> write_B() const;

 private:
  struct Memory {
    LevelId level;
    double cycles_per_B;
    double latency_cycles;
    std::array<double, copy_kinds> tile_B{};  // of one tile, by Copy
    double free_at = 0;
    double read_B = 0;
    double write_B = 0;
  };
  void count(Memory& memory, Copy kind, double bytes) const;

  std::vector<Memory> memories_;
  std::vector<double> port_free_at_;  // by multiprocessor
  std::array<double, copy_kinds> latency_cycles_{};
  std::size_t levels_;
};

}  // namespace tilewright
