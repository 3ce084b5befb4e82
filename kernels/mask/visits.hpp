// The KV tiles that a Q tile visits, and which of them need no mask.
#pragma once

#include "kernels/device/platform.hpp"
#include "kernels/mask/axis_visits.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// A visited KV tile, and the cursor over them.
struct KvTile {
  Coordinates tile;
  int linear;  ///< row-major among the tiles of the keys' group
  int visit;   ///< how many came before it
};

/// Trivially copyable: a block may keep one in shared memory instead of in the registers of every thread.
///
///   KvTile tile = visits.first();
///   for (int i = 0; i < visits.count(); ++i, tile = visits.next(tile)) ...
class Visits {
 public:
  Visits() = default;

  /// Divides: once per Q tile. `q_tile` is row-major among the tiles of the queries' group; one beyond them visits
  /// nothing.
  TILEWRIGHT_HOST_DEVICE constexpr Visits(const MaskScene& scene, int q_tile) {
    if (q_tile >= tile_count(scene.queries)) return;
    const Coordinates at = tile_coordinates(scene.queries, q_tile);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) set_axis(scene, i, at.at[i]);
    count_ = (last_[0] - first_[0]) * (last_[1] - first_[1]) * (last_[2] - first_[2]);
    tiles_[0] = scene.keys.tiles[1];
    tiles_[1] = scene.keys.tiles[2];
    if (scene.rule.offsets == nullptr) return;
    list_ = scene.rule.tiles + scene.rule.offsets[q_tile];
    count_ = scene.rule.offsets[q_tile + 1] - scene.rule.offsets[q_tile];
  }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr int count() const { return count_; }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr KvTile first() const {
    if (list_ != nullptr) return listed(0);
    return boxed(first_[0], first_[1], first_[2], 0);
  }

  /// The tile after it. After the last one: none, and not to be used.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr KvTile next(const KvTile& tile) const {
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
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool full(const KvTile& tile) const {
    bool full = true;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) full = full && full_first_[i] <= tile.tile.at[i] && tile.tile.at[i] < full_last_[i];
    return full;
  }

  /// Whether all that it visits is full; of listed tiles, only if all that could be listed are.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool all_full() const {
    bool full = true;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) full = full && full_first_[i] <= first_[i] && last_[i] <= full_last_[i];
    return full;
  }

 private:
  TILEWRIGHT_HOST_DEVICE constexpr void set_axis(const MaskScene& scene, int axis, int q_tile) {
    const AxisVisits of = axis_visits(scene, axis, q_tile);
    first_[axis] = of.first;
    last_[axis] = of.last;
    full_first_[axis] = of.full_first;
    full_last_[axis] = of.full_last;
  }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr KvTile boxed(int t0, int t1, int t2, int visit) const {
    return {{{t0, t1, t2}}, (t0 * tiles_[0] + t1) * tiles_[1] + t2, visit};
  }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr KvTile listed(int visit) const {
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
  int tiles_[2] = {1, 1};  // of the keys, axes 1 and 2
  int count_ = 0;
  const int* list_ = nullptr;
};

}  // namespace tilewright::kernels
