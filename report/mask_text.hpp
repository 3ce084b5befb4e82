// Masks in the characters of a terminal, at most 96 wide and 48 high.
#pragma once

#include <string>

#include "report/tile_cells.hpp"

namespace tilewright {

/// Q tiles down, KV tiles across, under a line that says what the characters mean. `ascii`: plain ones only.
std::string mask_text(const TiledMask& tiled, bool ascii);

/// The KV tiles of a Q tile on their own grid; of three dimensions the slices along the first, side by side.
std::string query_tile_text(const TiledMask& tiled, const TileGrid& grid, const Extents& query_tile, bool ascii);

}  // namespace tilewright
