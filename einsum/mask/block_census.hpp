// The census of a bitmap of blocks: 64 blocks at a time.
#pragma once

#include "einsum/mask/axis_census.hpp"

namespace tilewright {

/// Blocks and tiles need not divide each other.
AxisCensus census_of(const BlockMap& blocks, const AxisTiles& tiles);

/// Which tiles have any block, and which have all.
TileMap map_tiles(const BlockMap& blocks, const AxisTiles& tiles);

}  // namespace tilewright
