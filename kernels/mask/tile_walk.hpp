// A walk over tiles: those of a box, in their order, or those of a list; some of them are full.
#pragma once

#include "kernels/device/platform.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// A tile on the way, and the cursor.
struct WalkedTile {
  Coordinates tile;
  int linear;  ///< row-major among the tiles of its group
  int visit;   ///< how many came before it
};

/// Trivially copyable: a block may keep one in shared memory instead of in the registers of every thread.
///
///   WalkedTile tile = walk.first();
///   for (int i = 0; i < walk.count(); ++i, tile = walk.next(tile)) ...
class TileWalk {
 public:
  TileWalk() = default;

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr int count() const { return count_; }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr WalkedTile first() const {
    if (list_ != nullptr) return listed(0);
    return boxed(first_[0], first_[1], first_[2], 0);
  }

  /// The tile after it. After the last one: none, and not to be used.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr WalkedTile next(const WalkedTile& tile) const {
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

  /// Whether every real query of the one tile sees every key of the other, and the tile of keys has no padding.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool full(const WalkedTile& tile) const {
    bool full = true;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) full = full && full_first_[i] <= tile.tile.at[i] && tile.tile.at[i] < full_last_[i];
    return full;
  }

  /// Whether all tiles are full; of listed tiles, only if all that could be listed are.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool all_full() const {
    bool full = true;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) full = full && full_first_[i] <= first_[i] && last_[i] <= full_last_[i];
    return full;
  }

 protected:
  /// After the four bounds: `of` has the tiles; `offsets` and `tiles` are a list by `index`, or nullptr.
  TILEWRIGHT_HOST_DEVICE constexpr void set_tiles(const TokenGrid& of, const int* offsets, const int* tiles,
                                                  int index) {
    count_ = (last_[0] - first_[0]) * (last_[1] - first_[1]) * (last_[2] - first_[2]);
    tiles_[0] = of.tiles[1];
    tiles_[1] = of.tiles[2];
    if (offsets == nullptr) return;
    list_ = tiles + offsets[index];
    count_ = offsets[index + 1] - offsets[index];
  }

  // By axis: tiles of the box, and tiles that are full.
  int first_[3] = {0, 0, 0};
  int last_[3] = {0, 0, 0};
  int full_first_[3] = {0, 0, 0};
  int full_last_[3] = {0, 0, 0};

 private:
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr WalkedTile boxed(int t0, int t1, int t2, int visit) const {
    return {{{t0, t1, t2}}, (t0 * tiles_[0] + t1) * tiles_[1] + t2, visit};
  }

  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr WalkedTile listed(int visit) const {
    if (visit >= count_) return {{{0, 0, 0}}, 0, visit};
    const int linear = list_[visit];
    const int rest = linear / tiles_[1];
    const int outer = rest / tiles_[0];
    return {{{outer, rest - outer * tiles_[0], linear - rest * tiles_[1]}}, linear, visit};
  }

  int tiles_[2] = {1, 1};  // of all there are, axes 1 and 2
  int count_ = 0;
  const int* list_ = nullptr;
};

}  // namespace tilewright::kernels
