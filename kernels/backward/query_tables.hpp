// What the threads of a block share about the queries that visit its KV tile, in shared memory.
#pragma once

#include <cstdint>

#include "kernels/attention/row_table.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/backward/block.hpp"
#include "kernels/backward/params.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/row_bits.hpp"
#include "kernels/mask/visitors.hpp"

namespace tilewright::kernels {

/// Thread t, below Rows, keeps row t of a Q tile. KV tiles have 64 keys.
template <int Rows, int HeadDim, int Threads>
class QueryTables {
 public:
  RowTable<Rows, HeadDim, Threads> rows;
  MaskScene scene;    ///< of the head at hand
  Visitors visitors;  ///< of its Q tiles

  /// By all threads, once: what all heads have in common. `any`: the scene of any head.
  TILEWRIGHT_DEVICE void fill(const MaskScene& any) {
    const int row = device::thread_index();
    if (row < Rows) rows.fill(any.queries, row);
    if (row == 0) bits_ = TileBits::of(any.keys);
  }

  /// By one thread, for another query head.
  template <class T>
  TILEWRIGHT_DEVICE void set_head(const BackwardParams<T>& params, int head) {
    scene = scene_of_head(params.forward, head);
    visitors = visitors_of(params.visitors, params.forward.keys, rule_of(params.forward.masks, head),
                           group_of_block(params.forward), kv_tile_of_block());
  }

  /// By all threads, for another Q tile; `first`: the head's first token. A row that is no token weighs nothing.
  template <class T>
  TILEWRIGHT_DEVICE void set_tile(const BackwardParams<T>& params, std::int64_t first, const QTile& tile,
                                  const TilePlace& place, const Coordinates& kv_tile) {
    const int row = device::thread_index();
    if (row >= Rows) return;
    const bool real = rows.real(row, place.last);
    const std::int64_t token = first + place.token + rows.offset(row);
    log_sums_[row] = real ? params.log_sums[token] : -device::negative_infinity;
    deltas_[row] = real ? params.deltas[token] : 0;
    if (visitors.full(tile)) return;
    const RowWindow window = row_window(scene, tile.tile, row_coordinates(scene.queries, row));
    seen_[row] = row_word(window, bits_, kv_tile, 0);
  }

  /// Scores of a warp, keys from `first_key` on by queries: those of pairs that do not exist become -inf.
  TILEWRIGHT_DEVICE void mask(Accumulators<1, Rows>& scores, int first_key) const {
    each_query([&](int j, int e, int query) {
      const std::uint64_t seen = seen_[query] >> (first_key + device::lane() / 4);
      scores[0][j][e] = (seen & 1) != 0 ? scores[0][j][e] : device::negative_infinity;
      scores[0][j][e + 2] = (seen >> 8 & 1) != 0 ? scores[0][j][e + 2] : device::negative_infinity;
    });
  }

  /// Scores become weights of P; `scale` is that of powers of 2.
  TILEWRIGHT_DEVICE void weigh(Accumulators<1, Rows>& scores, float scale) const {
    each_query([&](int j, int e, int query) {
      const float log_sum = log_sums_[query];
      scores[0][j][e] = device::exp2_approx(fmaf(scores[0][j][e], scale, -log_sum));
      scores[0][j][e + 2] = device::exp2_approx(fmaf(scores[0][j][e + 2], scale, -log_sum));
    });
  }

  /// The gradient dP of weights becomes that of scores, dS = P o (dP - delta).
  TILEWRIGHT_DEVICE void slope(const Accumulators<1, Rows>& weights, Accumulators<1, Rows>& slopes) const {
    each_query([&](int j, int e, int query) {
      const float delta = deltas_[query];
      slopes[0][j][e] = weights[0][j][e] * (slopes[0][j][e] - delta);
      slopes[0][j][e + 2] = weights[0][j][e + 2] * (slopes[0][j][e + 2] - delta);
    });
  }

 private:
  /// Calls use(j, e, query) for each query of this lane: elements [j][e] and [j][e + 2] of accumulators.
  template <class Use>
  TILEWRIGHT_DEVICE static void each_query(Use use) {
    TILEWRIGHT_UNROLL
    for (int j = 0; j < Rows / 8; ++j) {
      TILEWRIGHT_UNROLL
      for (int e = 0; e < 2; ++e) use(j, e, 8 * j + device::lane() % 4 * 2 + e);
    }
  }

  TileBits bits_;
  alignas(16) float log_sums_[Rows];
  alignas(16) float deltas_[Rows];
  std::uint64_t seen_[Rows];  ///< of each row, the keys; of tiles that are not full
};

}  // namespace tilewright::kernels
