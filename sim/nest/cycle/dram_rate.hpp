// What a DRAM delivers of tiles that come one after another, as banks, rows, refreshes and bus turnarounds let it
// (sim/systemc/dram/memory.hpp): rates and latencies for work that takes bandwidth as continuous. Tiles lie one
// behind the other; requests of other tensors between them, and turns from reads to writes between tensors, are
// left out.
#pragma once

#include "arch/dram.hpp"

namespace tilewright {

struct DramRate {
  double B_per_s = 0;    ///< of tiles in a row
  double latency_s = 0;  ///< of the first byte of one, without load
};

/// Of tiles of so many bytes.
DramRate dram_rate(const Dram& dram, double tile_B, bool write);

}  // namespace tilewright
