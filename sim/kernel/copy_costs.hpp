// What copies of Q, of K and V, of the output and of sums that visits add to cost at the memories that
// multiprocessors share: the traffic of the kernel (sim/kernel/traffic.hpp), every copy of a kind its even share of
// it.
#pragma once

#include <array>
#include <vector>

#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

enum class Copy { query, key_value, output, sums };
inline constexpr std::size_t copy_kinds = 4;
constexpr std::size_t index(Copy kind) { return static_cast<std::size_t>(kind); }

struct CopyCosts {
  struct Memory {
    LevelId level;
    double cycles_per_B;
    double latency_cycles;
    std::array<double, copy_kinds>
        tile_B{};  ///< of a Q tile, a visit of a KV tile, an output tile, the sums of a visit

    [[nodiscard]] double cycles(Copy kind) const { return tile_B[index(kind)] * cycles_per_B; }
  };
  std::vector<Memory> memories;  ///< from the one next to the multiprocessors outwards
  /// Until the first byte is there; a copy of which a share comes from further out has that share of the longer
  /// latency.
  std::array<double, copy_kinds> latency_cycles{};
};

/// `read_B`: those of the kernel, or others.
CopyCosts copy_costs(const PreparedKernel& prepared, const KernelParameters& parameters,
                     const ByLevel<double>& read_B, double clock_Hz);

/// What a level delivers.
double achieved_B_per_s(const Arch& arch, const KernelParameters& parameters, LevelId level);

}  // namespace tilewright
