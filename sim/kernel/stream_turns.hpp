// The keys that the outermost memory delivers to stream-K: all its blocks run at once, each through a stretch of
// the visits of all Q tiles, so that two blocks are at different keys of a KV head that both need.
#pragma once

#include "sim/kernel/launch_tiles.hpp"

namespace tilewright {

/// Keys of all heads and sequences, where `capacity` keys stay below. The time in which the blocks run is cut into
/// turns (sim/kernel/turn_reuse.hpp) of equal visits, so short that the keys of a few stay: a key that blocks
/// need again is there if it was needed in one of them. Where these would be too many a sample of them stands for
/// all.
double fetched_in_stream(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity);

}  // namespace tilewright
