// Q tiles whose rows are queries of all query heads of a KV head, where a kernel packs them.
#pragma once

#include "einsum/attention.hpp"
#include "einsum/mask/tiling.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

struct PackedTiles {
  Tiling tiling;              ///< of one head: the Q tile has its share of the rows
  double heads = 1;           ///< query heads in a Q tile; 1 where the kernel does not pack them
  double tiles_per_tile = 1;  ///< Q tiles over the heads of a group that is larger than a Q tile
};

/// Throws InputError for a kernel that packs heads where tiles are no runs of tokens, or heads of a group have
/// several masks.
PackedTiles packed_tiles(const Kernel& kernel, const Attention& problem, const Tiling& tiling);

}  // namespace tilewright
