// The keys that the outermost memory delivers, in closed form: the blocks of a kernel in launch order, turn by turn
// (sim/kernel/turn_reuse.hpp), each with the KV tiles that its Q tile visits.
#pragma once

#include "sim/kernel/launch_tiles.hpp"

namespace tilewright {

/// Keys of all heads and sequences, where `capacity` keys stay below. Equal KV heads in a row, if many, are gone
/// through until they have the same place in their turns again. Where Q tiles are outermost and the blocks are too
/// many to go through, all heads of a Q tile are in the turn that the first of them is in.
double fetched_in_turns(const PreparedKernel& prepared, const LaunchTiles& launch, double capacity);

}  // namespace tilewright
