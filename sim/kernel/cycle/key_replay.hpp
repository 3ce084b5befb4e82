// The keys that the outermost memory delivered while blocks ran as they were seen to run: every visit of a KV tile,
// in order of time, asks a memory of tiles from which the least recently used one goes first. It knows nothing of
// how many blocks run at once, nor of spans of keys, and so checks the estimate's closed form
// (sim/kernel/turn_reuse.hpp).
//
// Blocks that begin while another one runs go through their keys side by side with it, from its begin on: where
// they wait for the outermost memory, who comes later finds what the other has fetched, and catches up. Where they
// do not, they may stay apart, and fetch more than is counted here in time that nobody waits for.
//
// Of many visits a sample of the tiles is gone through, every n-th of each set of keys, in a memory of an n-th of
// the capacity (spatial sampling: Waldspurger et al., SHARDS, FAST 2015).
#pragma once

#include <vector>

#include "sim/kernel/launch_tiles.hpp"

namespace tilewright {

/// When the visits of a block began and ended: SM cycles, rounded.
struct BlockSpan {
  float begin = 0;
  float end = 0;
};

/// Spans by the block's number in launch order. Throws Interrupted once interrupted().
double replayed_keys(const PreparedKernel& prepared, const LaunchTiles& launch, const std::vector<BlockSpan>& spans,
                     double capacity);

}  // namespace tilewright
