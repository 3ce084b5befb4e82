// What the bounds need of an architecture: workers that hold the tiles of attention, the units that they share
// evenly, and the memories above them.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/attention.hpp"
#include "einsum/mask/tiling.hpp"
#include "sim/bound/compute.hpp"

namespace tilewright {

struct TileMachine {
  struct Memory {
    std::string name;
    double bandwidth_B_per_s;
    bool multicast;       ///< one read serves every worker that wants the same data at that time
    double access_B = 1;  ///< what one access moves
  };
  std::string name;
  double workers = 1;  ///< Q tiles that are computed at once, each on one of them
  std::string worker;  ///< the level whose instances the workers are
  ComputeRates compute;
  /// From the outermost level inwards, down to the one that all workers share; without those of unlimited
  /// bandwidth.
  std::vector<Memory> memories;
  std::vector<std::string> unlimited_memories;  ///< those, but the ones that the architecture gives no size either
  double query_tiles_at_once = 1;               ///< Q tiles that all workers hold at once, at most
  double multiply_adds = 0;                     ///< of a pair, where they are not those of least_time()

  /// Of so many pairs: a multiply-add of every element of a row of K and of V, and an exponential.
  [[nodiscard]] ComputeTime least_time(const Attention& problem, double pairs) const {
    return compute.least_time(pairs * (multiply_adds > 0 ? multiply_adds : compute.multiply_adds(problem)), pairs);
  }
};

/// A worker is an instance of the smallest level that holds a Q tile, a K tile and a V tile.
/// Throws InputError for an architecture that has no multiply_add, and InfeasibleError where no level holds them.
TileMachine tile_machine_of(const Arch& arch, const Attention& problem, const Tiling& tiling);

}  // namespace tilewright
