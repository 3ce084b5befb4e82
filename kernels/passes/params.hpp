// Softmax attention with its scores in memory, as the cascades of two and three passes compute it
// (configs/cascades/attention-2pass.yaml, attention-3pass.yaml), each pass over the keys a kernel of its own. The
// cascade of one pass is kernels/attention/pipelined.hpp: its scores never leave the multiprocessor.
//
//   three passes                                        two passes
//   1 S = Q K^T; maxima over all keys                   1 E = exp(S - maxima of each KV tile); their sums
//   2 E = exp(S - maxima), in the place of S; sums
//   3 O = (E / sums) V                                  2 O = (E rescaled to the maxima over all keys / sums) V
//
// S is kept as fp16 whatever T is: scores need digits more than range, for their absolute error is the relative
// error of the exponentials. A scaled score beyond 65504 would become infinite.
//
// The kernels move what the cascades move and no more, so that predicted traffic shows in DRAM traffic: see
// traffic.hpp.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

enum class Passes { two, three };

/// Q [batch, heads, queries, D], K and V [batch, kv_heads, keys, D], O like Q; dense, not causal.
template <class T>
struct PassesParams {
  const T* q;
  const T* k;
  const T* v;
  T* o;
  std::uint16_t* scores;  ///< [batch, heads, queries, score_stride(keys)]: S as fp16, or E as T
  float* maxima;          ///< three passes: [batch, heads, queries]; two: [batch, heads, KV tiles, queries]
  float* sums;            ///< likewise
  int batch, heads, kv_heads, queries, keys;
  float scale;
};

/// Numbers from a row of scores to the next: rows begin at multiples of 16 bytes. What pads a row has no weight.
TILEWRIGHT_HOST_DEVICE constexpr std::int64_t score_stride(int keys) { return (std::int64_t{keys} + 7) / 8 * 8; }

/// A block of QTile queries and KvTile keys; every warp has 16 queries.
template <class T_, int D_, int QTile, int KvTile>
struct PassTiling {
  using T = T_;
  static constexpr int D = D_;
  static constexpr int q_tile = QTile;
  static constexpr int kv_tile = KvTile;
  static constexpr int warps = QTile / 16;
  static constexpr int threads = 32 * warps;
  static_assert(QTile % 16 == 0 && KvTile % 64 == 0);
};

}  // namespace tilewright::kernels
