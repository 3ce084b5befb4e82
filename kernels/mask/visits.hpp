// The KV tiles that a Q tile visits, and which of them need no mask.
#pragma once

#include "kernels/device/platform.hpp"
#include "kernels/mask/axis_visits.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/tile_walk.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// Of the keys' group.
using KvTile = WalkedTile;

/// A walk over KV tiles.
class Visits : public TileWalk {
 public:
  Visits() = default;

  /// Divides: once per Q tile. `q_tile` is row-major among the tiles of the queries' group; one beyond them visits
  /// nothing.
  TILEWRIGHT_HOST_DEVICE constexpr Visits(const MaskScene& scene, int q_tile) {
    if (q_tile >= tile_count(scene.queries)) return;
    const Coordinates at = tile_coordinates(scene.queries, q_tile);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) {
      const AxisVisits of = axis_visits(scene, i, at.at[i]);
      first_[i] = of.first;
      last_[i] = of.last;
      full_first_[i] = of.full_first;
      full_last_[i] = of.full_last;
    }
    set_tiles(scene.keys, scene.rule.offsets, scene.rule.tiles, q_tile);
  }
};

}  // namespace tilewright::kernels
