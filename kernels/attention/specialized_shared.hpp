// The shared memory of the warp-specialised kernel, through which its warpgroups talk.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/attention/specialized_params.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {

inline constexpr int warpgroup_size = 128;

/// Numbers of a row of a panel: a matrix lies in panels whose rows are 128 bytes, which is what the copy engine's
/// swizzle and warpgroup products work on. Of 16-bit numbers; and of T.
inline constexpr int panel_columns = 64;
template <class T>
inline constexpr int panel_columns_of = 2 * panel_columns / static_cast<int>(sizeof(T));

/// Numbers of a step along K of a product, 32 bytes.
template <class T>
inline constexpr int product_depth = 32 / static_cast<int>(sizeof(T));

/// Products take matrices of 8-bit numbers with K contiguous alone, and K of the weights' product are tokens: so V,
/// whose tokens come one after another, is transposed first (specialized_transposer.hpp).
template <class T>
inline constexpr bool transposes_values = sizeof(T) == 1;

/// V of a tile as products read it.
template <class T, int HeadDim, int KvTile>
struct ValuesOf {
  using type = T[HeadDim / panel_columns_of<T>][KvTile][panel_columns_of<T>];
};
template <class T, int HeadDim, int KvTile>
requires transposes_values<T>
struct ValuesOf<T, HeadDim, KvTile> {
  using type = T[KvTile / panel_columns_of<T>][HeadDim][panel_columns_of<T>];
};

/// What the producer tells consumers of the Q tile it has loaded.
struct Announcement {
  int q_tile;
  int head;
  int batch;
  int group;
  int visits;   ///< KV tiles that follow; below 0: there is no more work
  bool masked;  ///< some of them may need a mask
};

/// What the preparer tells the producer of a Q tile.
struct PreparedItem {
  Announcement announcement;
  Visits visits;
  BoxPlace queries;
  int query_head;  ///< of all sequences
  int key_base;    ///< tokens before the keys of the group
  int key_head;
};
inline constexpr int prepared_items = 2;

/// What it tells of a KV tile.
struct AnnouncedTile {
  Coordinates at;
  bool full;  ///< needs no mask
};

/// Rows of a Q tile, kept by the warp that has them.
struct RowPlace {
  RowWindow window;
  int token;  ///< from the head's first; below 0: padding
};

template <class T, int HeadDim, int QTile, int KvTile, int Stages>
struct alignas(1024) SpecializedShared {
  static constexpr int panels = HeadDim / panel_columns_of<T>;

  T q[panels][QTile][panel_columns_of<T>];
  T k[Stages][panels][KvTile][panel_columns_of<T>];
  typename ValuesOf<T, HeadDim, KvTile>::type v[Stages];
  RowPlace rows[QTile];
  AnnouncedTile tiles[Stages];
  Announcement announcements[2];                     ///< of this Q tile and of the one before or after it, in turns
  device::MBarrier q_full, q_empty;                  ///< also guard `announcements`
  device::MBarrier k_full[Stages], k_empty[Stages];  ///< also guard `tiles`
  device::MBarrier v_full[Stages], v_empty[Stages];
  PreparedItem prepared[prepared_items];
  device::MBarrier prepared_full[prepared_items], prepared_empty[prepared_items];

  /// Where the copy engine brings V to, and by which barriers.
  TILEWRIGHT_DEVICE auto& brought_v(int stage) { return v[stage]; }
  TILEWRIGHT_DEVICE device::MBarrier* brought_full(int stage) { return &v_full[stage]; }
  TILEWRIGHT_DEVICE device::MBarrier* brought_empty(int stage) { return &v_empty[stage]; }
};

/// Besides, V as the copy engine brings it, and its barriers; those of SpecializedShared are of V transposed.
template <class T, int HeadDim, int QTile, int KvTile, int Stages>
struct alignas(1024) TransposingShared : SpecializedShared<T, HeadDim, QTile, KvTile, Stages> {
  alignas(1024) T raw_v[Stages][HeadDim / panel_columns_of<T>][KvTile][panel_columns_of<T>];
  device::MBarrier raw_full[Stages], raw_empty[Stages];

  TILEWRIGHT_DEVICE auto& brought_v(int stage) { return raw_v[stage]; }
  TILEWRIGHT_DEVICE device::MBarrier* brought_full(int stage) { return &raw_full[stage]; }
  TILEWRIGHT_DEVICE device::MBarrier* brought_empty(int stage) { return &raw_empty[stage]; }
};

template <class T, int HeadDim, int QTile, int KvTile, int Stages>
using SharedOf = std::conditional_t<transposes_values<T>, TransposingShared<T, HeadDim, QTile, KvTile, Stages>,
                                    SpecializedShared<T, HeadDim, QTile, KvTile, Stages>>;

/// As many stages as fit into the shared memory of a block (227 KiB), up to 4.
template <class T, int HeadDim, int QTile, int KvTile, int Stages = 4>
consteval int stages_that_fit() {
  if constexpr (sizeof(SharedOf<T, HeadDim, QTile, KvTile, Stages>) <= 227 * 1024) {
    return Stages;
  } else {
    return stages_that_fit<T, HeadDim, QTile, KvTile, Stages - 1>();
  }
}

/// A stage, and the parity of the barriers' phase in which it is used this time.
template <int Stages>
struct Ring {
  int stage = 0;
  int parity = 0;

  TILEWRIGHT_DEVICE void advance() {
    if (++stage < Stages) return;
    stage = 0;
    parity ^= 1;
  }
};

}  // namespace tilewright::kernels
