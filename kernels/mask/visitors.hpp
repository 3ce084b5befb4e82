// The Q tiles that visit a KV tile: kernels/mask/visits.hpp the other way round, for kernels that keep a KV tile
// and go through queries.
//
// What a Q tile reaches on an axis never falls as the Q tile rises (kernels/mask/axis_visits.hpp), so those that
// reach a KV tile stand together on every axis, and so do those that see it whole: both are boxes.
#pragma once

#include "kernels/device/platform.hpp"
#include "kernels/mask/axis_visits.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/tile_walk.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// A block list compressed by columns: the Q tiles tiles[offsets[t]..offsets[t + 1]), ascending, visit KV tile t.
/// nullptr: those whose windows reach it.
struct VisitorList {
  const int* offsets = nullptr;
  const int* tiles = nullptr;
};

/// By rule of a MaskSet. Made by the host (kernels/mask/visitor_lists.hpp).
struct VisitorLists {
  VisitorList of_rule[most_rules];
};

/// Of the queries' group.
using QTile = WalkedTile;

/// A walk over Q tiles.
class Visitors : public TileWalk {
 public:
  Visitors() = default;

  /// Divides and searches: once per KV tile and head. `kv_tile` is row-major among the tiles of the keys' group;
  /// one beyond them is visited by none.
  TILEWRIGHT_HOST_DEVICE constexpr Visitors(const MaskScene& scene, const VisitorList& list, int kv_tile) {
    if (kv_tile >= tile_count(scene.keys)) return;
    const Coordinates at = tile_coordinates(scene.keys, kv_tile);
    for (int i = 0; i < 3; ++i) set_axis(scene, i, at.at[i]);
    set_tiles(scene.queries, list.offsets, list.tiles, kv_tile);
  }

 private:
  /// The first Q tile of the axis of which `holds` is true, or the number of tiles; once true it stays so.
  template <class Predicate>
  TILEWRIGHT_HOST_DEVICE static constexpr int first_where(int tiles, Predicate holds) {
    int first = 0;
    int last = tiles;
    while (first < last) {
      const int middle = (first + last) / 2;
      if (holds(middle)) {
        last = middle;
      } else {
        first = middle + 1;
      }
    }
    return first;
  }

  TILEWRIGHT_HOST_DEVICE constexpr void set_axis(const MaskScene& scene, int axis, int kv_tile) {
    const int tiles = scene.queries.tiles[axis];
    const auto find = [&](int AxisVisits::*bound) {
      return first_where(tiles, [&](int q_tile) { return axis_visits(scene, axis, q_tile).*bound > kv_tile; });
    };
    const auto set = [](int& first, int& last, int found_first, int found_last) {
      first = found_first;
      last = found_last > found_first ? found_last : found_first;
    };
    set(first_[axis], last_[axis], find(&AxisVisits::last), find(&AxisVisits::first));
    set(full_first_[axis], full_last_[axis], find(&AxisVisits::full_last), find(&AxisVisits::full_first));
  }
};

/// Those of every KV tile, made by the host (kernels/mask/visitor_lists.hpp): by rule, dilation group and KV tile,
/// the last fastest, each group having the room of the largest.
TILEWRIGHT_HOST_DEVICE constexpr const Visitors& visitors_of(const Visitors* all, const TokenGrid& keys, int rule,
                                                             int group, int kv_tile) {
  return all[(rule * group_count(keys) + group) * most_tiles(keys) + kv_tile];
}

}  // namespace tilewright::kernels
