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

/// A visiting Q tile, and the cursor over them.
struct QTile {
  Coordinates tile;
  int linear;  ///< row-major among the tiles of the queries' group
  int visit;   ///< how many came before it
};

/// Trivially copyable; used as Visits is.
class Visitors {
 public:
  Visitors() = default;

  /// Divides and searches: once per KV tile and head. `kv_tile` is row-major among the tiles of the keys' group;
  /// one beyond them is visited by none.
  TILEWRIGHT_HOST_DEVICE constexpr Visitors(const MaskScene& scene, const VisitorList& list, int kv_tile) {
    if (kv_tile >= tile_count(scene.keys)) return;
    const Coordinates at = tile_coordinates(scene.keys, kv_tile);
    for (int i = 0; i < 3; ++i) set_axis(scene, i, at.at[i]);
    count_ = (last_[0] - first_[0]) * (last_[1] - first_[1]) * (last_[2] - first_[2]);
    tiles_[0] = scene.queries.tiles[1];
    tiles_[1] = scene.queries.tiles[2];
    if (list.offsets == nullptr) return;
    list_ = list.tiles + list.offsets[kv_tile];
    count_ = list.offsets[kv_tile + 1] - list.offsets[kv_tile];
  }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr int count() const { return count_; }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr QTile first() const {
    if (list_ != nullptr) return listed(0);
    return boxed(first_[0], first_[1], first_[2], 0);
  }

  /// The tile after it. After the last one: none, and not to be used.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr QTile next(const QTile& tile) const {
    if (list_ != nullptr) return listed(tile.visit + 1);
    Coordinates at = tile.tile;
    if (++at.at[2] == last_[2]) {
      at.at[2] = first_[2];
      if (++at.at[1] == last_[1]) {
        at.at[1] = first_[1];
        ++at.at[0];
      }
    }
    return boxed(at.at[0], at.at[1], at.at[2], tile.visit + 1);
  }

  /// Whether every real query of the Q tile sees every key of the KV tile, and the KV tile has no padding.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool full(const QTile& tile) const {
    bool full = true;
    for (int i = 0; i < 3; ++i) full = full && full_first_[i] <= tile.tile.at[i] && tile.tile.at[i] < full_last_[i];
    return full;
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

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr QTile boxed(int t0, int t1, int t2, int visit) const {
    return {{{t0, t1, t2}}, (t0 * tiles_[0] + t1) * tiles_[1] + t2, visit};
  }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr QTile listed(int visit) const {
    if (visit >= count_) return {{{0, 0, 0}}, 0, visit};
    const int linear = list_[visit];
    const int rest = linear / tiles_[1];
    const int outer = rest / tiles_[0];
    return {{{outer, rest - outer * tiles_[0], linear - rest * tiles_[1]}}, linear, visit};
  }

  int first_[3] = {0, 0, 0};
  int last_[3] = {0, 0, 0};
  int full_first_[3] = {0, 0, 0};
  int full_last_[3] = {0, 0, 0};
  int tiles_[2] = {1, 1};  // of the queries, axes 1 and 2
  int count_ = 0;
  const int* list_ = nullptr;
};

/// Those of every KV tile, made by the host (kernels/mask/visitor_lists.hpp): by rule, dilation group and KV tile,
/// the last fastest, each group having the room of the largest.
TILEWRIGHT_HOST_DEVICE constexpr const Visitors& visitors_of(const Visitors* all, const TokenGrid& keys, int rule,
                                                             int group, int kv_tile) {
  return all[(rule * group_count(keys) + group) * most_tiles(keys) + kv_tile];
}

}  // namespace tilewright::kernels
