// The shared memory of the backward kernel for warpgroup products, through which its warpgroups talk.
#pragma once

#include <cstdint>

#include "kernels/attention/specialized_shared.hpp"
#include "kernels/backward/specialized_params.hpp"
#include "kernels/device/mbarrier.hpp"

namespace tilewright::kernels {

/// What consumers are told of a visit.
struct VisitNote {
  int head;   ///< query head, of all sequences; below 0: there are no more visits
  bool full;  ///< needs no mask
};

/// What consumers are told of the rows of a visiting Q tile.
template <int QTile, int KvTile>
struct QueryRows {
  float log_sums[QTile];  ///< to base 2; +inf for padding
  float deltas[QTile];
  int tokens[QTile];                       ///< from the head's first; below 0: padding
  std::uint32_t seen[KvTile / 32][QTile];  ///< a bit for every key of the KV tile; not set where the visit is full
};

template <class T, int HeadDim, int QTile, int KvTile, int Stages>
struct alignas(1024) BackwardSpecializedShared {
  static constexpr int panels = HeadDim / panel_columns;
  static constexpr int query_panels = QTile / panel_columns;

  T k[panels][KvTile][panel_columns];
  T v[panels][KvTile][panel_columns];
  T q[Stages][panels][QTile][panel_columns];
  T grad_o[Stages][panels][QTile][panel_columns];
  T grad_s[2][query_panels][KvTile][panel_columns];  ///< of this visit and of the one before or after it, in turns
  QueryRows<QTile, KvTile> rows[Stages];
  VisitNote notes[Stages];
  KeyTile of;  ///< what the block computes
  device::MBarrier keys_full;
  device::MBarrier q_full[Stages], grad_o_full[Stages], rows_full[Stages];
  device::MBarrier empty[Stages];  ///< q, grad_o, rows and note
};

}  // namespace tilewright::kernels
