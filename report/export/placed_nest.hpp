// A nest in which every tile stands above the loops that it stays over: for notations where a tile is fetched at
// every iteration of every loop above its place. In a nest of this program a tile stays over the innermost loops
// above it that select the same one (docs/how-it-counts.md, Trips).
#pragma once

#include <vector>

#include "report/export/sized_nest.hpp"

namespace tilewright {

struct PlacedNode {
  NodeId node;           ///< a loop, an Einsum, or the keep of a tile; none where the nest parts
  TensorId tensor = {};  ///< of a tile
  std::vector<std::vector<PlacedNode>> parts = {};  ///< the last of its list

  [[nodiscard]] bool is_tile() const { return bool(tensor); }
};
using PlacedNodes = std::vector<PlacedNode>;

/// Tiles of the outermost level stand first, whatever loops are above them: nothing is fetched to there. Groups
/// part below them. Loops of one iteration and keeps that do not hold are left out. Throws InputError at the keep
/// of a tile that no place says it of.
PlacedNodes place_tiles(const SizedNest& nest);

}  // namespace tilewright
