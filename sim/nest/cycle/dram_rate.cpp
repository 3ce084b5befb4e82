#include "sim/nest/cycle/dram_rate.hpp"

#include <algorithm>
#include <cmath>

#include "sim/systemc/dram/memory.hpp"

namespace tilewright {

// Over so many tiles that refreshes come often: a megabyte for every channel, after a few of them.
DramRate dram_rate(const Dram& dram, double tile_B, bool write) {
  const double bytes = std::max(1.0, std::ceil(tile_B));
  const double all_B = 1e6 * static_cast<double>(dram.pseudo_channels());
  const auto tiles = static_cast<std::int64_t>(std::max(4.0, std::ceil(all_B / bytes)));
  DramMemory first(dram);
  DramRate rate{.latency_s = first.transfer(0, 0, 1, write)};
  DramMemory memory(dram);
  std::uint64_t address = 0;
  const auto move = [&](std::int64_t count) {
    double end = 0;
    for (std::int64_t i = 0; i < count; ++i, address += static_cast<std::uint64_t>(bytes))
      end = memory.transfer(0, address, bytes, write);
    return end;
  };
  const std::int64_t before = std::max<std::int64_t>(1, tiles / 4);
  const double begin_s = move(before);
  rate.B_per_s = static_cast<double>(tiles) * tile_B / (move(tiles) - begin_s);
  return rate;
}

}  // namespace tilewright
