// The tiles of keys that a tile of queries reaches on one axis, and which of them it sees whole.
//
// On one axis first and last of window_of() never fall as the query rises: the leader rises with the query, and
// first is the leader, moved by a constant and clamped; last is so too, or query + 1. So the extremes over a Q tile
// are at its first and its last real query. And windows of neighbouring queries leave no key out between them:
// leaders are at most a stride apart, and stride <= window. So on every axis the keys that some query sees are
// [first of the first, last of the last), those that all see [first of the last, last of the first), and over the
// product of axes, of queries and of keys, visited tiles and full tiles are boxes.
#pragma once

#include "kernels/device/platform.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// Tiles of keys by index on the axis: [first, last) are reached, and of all tiles those of [full_first, full_last)
/// are seen whole, by every real query of the tile, and have no padding. None of the four falls as the Q tile
/// rises.
struct AxisVisits {
  int first;
  int last;
  int full_first;
  int full_last;
};

/// `q_tile`: index on the axis, below the tiles of the queries.
TILEWRIGHT_HOST_DEVICE constexpr AxisVisits axis_visits(const MaskScene& scene, int axis, int q_tile) {
  const int from = q_tile * scene.queries.tile[axis];
  const int beyond = from + scene.queries.tile[axis];
  const int extent = scene.queries.extent[axis];
  const WindowOf<int> low = axis_window(scene, axis, from);
  const WindowOf<int> high = axis_window(scene, axis, (beyond < extent ? beyond : extent) - 1);
  const int tile = scene.keys.tile[axis];
  const int first = low.first / tile;
  // A causal query before the first key sees nothing: its window ends at or before 0.
  return {first, high.last > low.first ? ceil_divide(high.last, tile) : first, ceil_divide(high.first, tile),
          low.last > 0 ? low.last / tile : 0};
}

}  // namespace tilewright::kernels
