// The bytes that each memory of a machine moves at least.
#pragma once

#include <string>
#include <vector>

#include "einsum/attention.hpp"
#include "sim/bound/query_tiles.hpp"
#include "sim/bound/tile_machine.hpp"

namespace tilewright {

/// Of the whole problem, all heads and sequences.
struct MemoryTraffic {
  std::string level;
  double query_B = 0;  ///< Q read, where it sees any key
  double key_value_B = 0;
  double output_B = 0;
  double time_s = 0;

  [[nodiscard]] double sum_B() const { return query_B + key_value_B + output_B; }
};

/// By the memories of the machine. The outermost one reads once what is needed and writes the output; from an inner
/// one every Q tile fetches the KV tiles that it visits (gathered ones by whole accesses), where it multicasts all
/// Q tiles at once by one read.
std::vector<MemoryTraffic> least_traffic(const Attention& problem, const Tiling& tiling,
                                         const std::vector<QueryTiles>& tiles, const TileMachine& machine);

/// The memory that takes longest, or nothing: where none takes longer than so many seconds.
const MemoryTraffic* longest(const std::vector<MemoryTraffic>& traffic, double longer_than_s);

}  // namespace tilewright
