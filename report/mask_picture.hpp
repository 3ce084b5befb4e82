// Pictures of masks at the grain of tiles: what a kernel computes in full, with the mask applied, and not at all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/plot.hpp"
#include "report/tiled_mask.hpp"

namespace tilewright {

/// All pairs of tiles, "mask": Q tiles down, KV tiles across. A large map is merged to fewer cells, so that the
/// picture stays readable and small.
Drawing draw_mask(const TiledMask& tiled);

/// For each of the Q tiles the KV tiles on their own grid, "query-tile", the Q tile's own tokens outlined; of three
/// dimensions the slices along the first, side by side.
Drawing draw_query_tiles(const TiledMask& tiled, const TileGrid& grid, const std::vector<Extents>& query_tiles);

/// File name to content: SVG, and with `png` a PNG of twice the size. The same drawing gives the same SVG on every
/// machine. Throws MissingError without gnuplot.
std::map<std::string, std::string> picture_files(const std::vector<Drawing>& drawings, const std::string& title,
                                                 bool png);

}  // namespace tilewright
