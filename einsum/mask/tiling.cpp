#include "einsum/mask/tiling.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {

const char* to_text(KeyTiles tiles) {
  switch (tiles) {
    case KeyTiles::fixed:
      return "static";
    case KeyTiles::dynamic:
      return "dynamic";
    case KeyTiles::gathered:
      return "gathered";
  }
  return "";
}

void require_fits(const Tiling& tiling, const Layout& layout) {
  (void)tiling.query_tile_size();
  (void)tiling.key_tile_size();
  if (tiling.order == TileOrder::flat) return;
  for (const Extents* tile : {&tiling.query_tile, &tiling.key_tile})
    if (tile->size() != layout.dimensions())
      throw InputError(
          fmt::format("{} tile {}: expected {} extent{}, one per dimension of the layout {} (or flat "
                      "tiles, which are runs of flattened tokens)",
                      tile == &tiling.query_tile ? "Q" : "KV", to_text(*tile), layout.dimensions(),
                      layout.dimensions() == 1 ? "" : "s", to_text(layout.keys)));
}

bool are_runs(const Extents& tile, const Extents& layout) {
  std::size_t d = 0;
  while (d < tile.size() && std::min(tile[d], layout[d]) == 1) ++d;
  for (++d; d < tile.size(); ++d)
    if (tile[d] < layout[d]) return false;
  return true;
}

}  // namespace tilewright
