#include "einsum/mask/tiling.hpp"

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {

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

}  // namespace tilewright
