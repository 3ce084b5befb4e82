// How tokens are grouped into tiles.
#pragma once

#include <string>

#include "einsum/mask/axis_tiles.hpp"
#include "einsum/mask/mask.hpp"

namespace tilewright {

/// Multi-dimensional tiles (tokens permuted so that a tile, and a dilation group, is contiguous), or runs of
/// flattened tokens as they are laid out.
enum class TileOrder { multi, flat };

struct Tiling {
  TileOrder order = TileOrder::multi;
  KeyTiles key_tiles = KeyTiles::fixed;
  Extents query_tile;  ///< multi: one extent per dimension; flat: their product is the length of a run
  Extents key_tile;
  /// Gathered: neighbouring flattened keys that are gathered together, from a multiple of their number on, needed
  /// or not; 1: single tokens, else a page.
  Count gather = 1;

  [[nodiscard]] Count query_tile_size() const { return tokens_of(query_tile); }
  [[nodiscard]] Count key_tile_size() const { return tokens_of(key_tile); }
};

/// Throws InputError where multi-dimensional tiles have not one extent per dimension of the layout.
void require_fits(const Tiling& tiling, const Layout& layout);

/// Whether the tokens of every tile are neighbours in row-major order: behind the first dimension in which a tile
/// has several, it spans all. Other tiles need tokens permuted.
bool are_runs(const Extents& tile, const Extents& layout);

}  // namespace tilewright
