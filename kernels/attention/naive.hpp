// Attention as plainly as it can be said on a GPU: one thread computes one row of the output, key by key, from
// global memory. The foot of the ladder, and the easiest to be sure of.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/attention/block.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/attention/softmax.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {

/// Any KV tile will do: tiles only say which keys to try.
template <class T, int HeadDim, int QTile>
class Naive {
 public:
  using Params = AttentionParams<T>;
  static constexpr int threads = QTile;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    const MaskScene scene = scene_of_block(params);
    if (q_tile_of_block() >= tile_count(scene.queries)) return;
    const Coordinates q_tile = tile_coordinates(scene.queries, q_tile_of_block());
    const Coordinates row = row_coordinates(scene.queries, device::thread_index());
    if (!is_real(scene.queries, q_tile, row)) return;

    const HeadPlace head = head_of_block(params);
    const std::int64_t query = head.queries + token_at(scene.queries, q_tile, row);
    Naive state(params, query);
    const RowWindow window = row_window(scene, q_tile, row);
    const Visits visits(scene, q_tile_of_block());
    KvTile tile = visits.first();
    for (int visit = 0; visit < visits.count(); ++visit, tile = visits.next(tile)) {
      for (int key = 0; key < tile_size(scene.keys); ++key) {
        const Coordinates at = row_coordinates(scene.keys, key);
        if (sees(window, scene.keys, tile.tile, at)) state.add(head.keys + token_at(scene.keys, tile.tile, at));
      }
    }
    state.store(query);
  }

 private:
  TILEWRIGHT_DEVICE Naive(const Params& params, std::int64_t query)
      : params_(params), q_(params.q + query * HeadDim), scale_(params.scale * log2_e) {
    TILEWRIGHT_UNROLL
    for (int d = 0; d < HeadDim; ++d) output_[d] = 0;
  }

  TILEWRIGHT_DEVICE static bool sees(const RowWindow& window, const TokenGrid& keys, const Coordinates& tile,
                                     const Coordinates& row) {
    bool seen = is_real(keys, tile, row);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) {
      const int key = tile.at[i] * keys.tile[i] + row.at[i];
      seen = seen && window.first[i] <= key && key < window.last[i];
    }
    return seen;
  }

  /// The online softmax, of one more key.
  TILEWRIGHT_DEVICE void add(std::int64_t key) {
    float score = 0;
    for (int d = 0; d < HeadDim; ++d) {
      score += device::to_float(q_[d]) * device::to_float(params_.k[key * HeadDim + d]);
    }
    const float highest = fmaxf(highest_, score * scale_);
    const float rescale = device::exp2_approx(highest_ - highest);
    const float weight = device::exp2_approx(fmaf(score, scale_, -highest));
    highest_ = highest;
    sum_ = sum_ * rescale + weight;
    TILEWRIGHT_UNROLL
    for (int d = 0; d < HeadDim; ++d) {
      output_[d] = output_[d] * rescale + weight * device::to_float(params_.v[key * HeadDim + d]);
    }
  }

  TILEWRIGHT_DEVICE void store(std::int64_t query) const {
    TILEWRIGHT_UNROLL
    for (int d = 0; d < HeadDim; ++d) {
      params_.o[query * HeadDim + d] = device::from_float<T>(sum_ > 0 ? output_[d] / sum_ : 0);
    }
    if (params_.lse != nullptr) params_.lse[query] = (highest_ + device::log2_approx(sum_)) * ln_2;
  }

  const Params& params_;
  const T* q_;
  float scale_;                                ///< of scores, for powers of 2
  float highest_ = device::negative_infinity;  ///< scaled score
  float sum_ = 0;
  float output_[HeadDim];  ///< not yet divided by the sum
};

}  // namespace tilewright::kernels
