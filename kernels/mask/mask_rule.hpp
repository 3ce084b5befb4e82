// Which keys the queries of one head see: on every axis, the window of einsum/mask/neighborhood.hpp.
#pragma once

#include "einsum/mask/neighborhood.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// 1 <= window <= keys of the smallest group, 1 <= stride <= window. A dense axis has all keys as its window.
struct MaskRule {
  int window[3];
  int stride[3];
  bool causal[3];
  /// A block list, compressed by rows: Q tile t visits the KV tiles tiles[offsets[t]..offsets[t + 1]), ascending,
  /// by linear index; within them a query sees the keys of its window. nullptr: Q tiles visit what their windows
  /// reach.
  const int* offsets = nullptr;
  const int* tiles = nullptr;
};

/// What a block of a kernel works in: the tokens of one group, under the rule of one head.
struct MaskScene {
  TokenGrid queries;
  TokenGrid keys;
  MaskRule rule;
};

/// The keys, by index within their group, that a query sees: on every axis [first, last). Empty where last <= first
/// on any axis.
struct RowWindow {
  int first[3];
  int last[3];
};

/// The window on one axis of the query with this index within its group.
TILEWRIGHT_HOST_DEVICE constexpr WindowOf<int> axis_window(const MaskScene& scene, int axis, int query) {
  return window_of(query + scene.queries.position[axis], scene.keys.extent[axis], scene.rule.window[axis],
                   scene.rule.stride[axis], scene.rule.causal[axis]);
}

/// The window of a row of a Q tile; empty for padding. Divides: call it once per row, before the loop over KV
/// tiles.
TILEWRIGHT_HOST_DEVICE constexpr RowWindow row_window(const MaskScene& scene, const Coordinates& q_tile,
                                                      const Coordinates& row) {
  RowWindow window{};
  if (!is_real(scene.queries, q_tile, row)) return window;
  TILEWRIGHT_UNROLL
  for (int i = 0; i < 3; ++i) {
    const WindowOf<int> on_axis = axis_window(scene, i, q_tile.at[i] * scene.queries.tile[i] + row.at[i]);
    window.first[i] = on_axis.first;
    window.last[i] = on_axis.last;
  }
  return window;
}

}  // namespace tilewright::kernels
