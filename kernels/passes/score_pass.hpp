// The first pass: scores of every query with every key, on tensor cores.
//
// Of three passes it stores the scores, and of every query their maximum. Of two passes it stores their
// exponentials relative to the query's maximum within the KV tile, and of every query and tile this maximum and the
// exponentials' sum. Maxima and sums are of the numbers as they are stored, rounded to 16 bits.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/attention/softmax.hpp"
#include "kernels/attention/warp_output.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/decode/contiguous_rows.hpp"
#include "kernels/passes/pass_block.hpp"

namespace tilewright::kernels {

/// Grid: x Q tiles, y heads of the batch.
template <class Tiling_, Passes Of>
class ScorePass {
 public:
  using Tiling = Tiling_;
  using T = typename Tiling::T;
  using Params = PassesParams<T>;
  static constexpr int threads = Tiling::threads;
  static constexpr int min_blocks = 2;

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* shared) { ScorePass(params, shared).walk(); }

 private:
  using Stored = std::conditional_t<Of == Passes::three, device::fp16, T>;
  using Queries = QueryOperand<1, Tiling::D, true>;
  using Scores = Accumulators<1, Tiling::kv_tile>;

  static constexpr int query_B = SharedTile<Tiling::D>::bytes(Tiling::q_tile);
  static constexpr int key_B = SharedTile<Tiling::D>::bytes(Tiling::kv_tile);  ///< one of two buffers
  static constexpr int scores_at = query_B + 2 * key_B;
  static constexpr int warp_score_B = SharedTile<Tiling::kv_tile>::bytes(16);

 public:
  static constexpr int shared_B = scores_at + Tiling::warps * warp_score_B;

 private:
  TILEWRIGHT_DEVICE ScorePass(const Params& params, std::byte* shared)
      : params_(params),
        block_(params),
        shared_(shared),
        first_row_(block_.first_row(params) + device::warp() * 16) {}

  TILEWRIGHT_DEVICE void walk() {
    const RowSpan span{Tiling::D, block_.queries, Tiling::D};
    load_rows<Tiling::q_tile, Tiling::D, threads>(shared_, params_.q + block_.first_row(params_) * Tiling::D, span,
                                                  device::thread_index());
    load(0);
    device::cp_async_wait<0>();
    device::sync_block();
    const Queries queries(shared_ + SharedTile<Tiling::D>::bytes(device::warp() * 16));
    for (int tile = 0; tile < block_.tiles; ++tile) {
      device::cp_async_wait<0>();
      device::sync_block();  // the tile is there for all, and nobody reads the other buffer any more
      load(tile + 1);
      Scores scores;
      multiply_queries_keys<T>(scores, queries, keys_in(tile));
      finish(scores, tile);
      store(scores, tile);
    }
    if constexpr (Of == Passes::three) store_maxima();
  }

  TILEWRIGHT_DEVICE std::byte* keys_in(int tile) const { return shared_ + query_B + (tile % 2 == 0 ? 0 : key_B); }

  TILEWRIGHT_DEVICE void load(int tile) {
    if (tile < block_.tiles) {
      const int key = tile * Tiling::kv_tile;
      const T* from = params_.k + (block_.kv_head * params_.keys + key) * Tiling::D;
      load_rows<Tiling::kv_tile, Tiling::D, threads>(
          keys_in(tile), from, {Tiling::D, params_.keys - key, Tiling::D}, device::thread_index());
    }
    device::cp_async_commit();
  }

  /// Scales, and gives what is no key no weight; then what the number of passes asks for.
  TILEWRIGHT_DEVICE void finish(Scores& scores, int tile) {
    const int keys = params_.keys - tile * Tiling::kv_tile - device::lane() % 4 * 2;
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      float highest = device::negative_infinity;
      TILEWRIGHT_UNROLL
      for (int i = 0; i < Tiling::kv_tile / 4; ++i) {
        float& score = scores[0][i / 2][2 * half + i % 2];
        score = i / 2 * 8 + i % 2 < keys ? score * params_.scale : device::negative_infinity;
        highest = fmaxf(highest, score);
      }
      if constexpr (Of == Passes::three) {
        highest_[half] = fmaxf(highest_[half], highest);
      } else {
        weigh(scores, half, of_row_highest(highest), tile);
      }
    }
  }

  /// The four lanes of a row hold a quarter of its columns each.
  TILEWRIGHT_DEVICE static float of_row_highest(float highest) {
    highest = fmaxf(highest, device::shuffle_xor(highest, 1));
    return fmaxf(highest, device::shuffle_xor(highest, 2));
  }

  TILEWRIGHT_DEVICE void weigh(Scores& scores, int half, float highest, int tile) {
    float sum = 0;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Tiling::kv_tile / 4; ++i) {
      float& score = scores[0][i / 2][2 * half + i % 2];
      score = device::to_float(device::from_float<Stored>(device::exp2_approx((score - highest) * log2_e)));
      sum += score;
    }
    sum += device::shuffle_xor(sum, 1);
    sum += device::shuffle_xor(sum, 2);
    if (!owns_row(half)) return;
    const std::int64_t at = block_.template statistics<Of>(params_, tile) + row_in_block(half);
    params_.maxima[at] = highest;
    params_.sums[at] = sum;
  }

  /// The barrier of the tile lies between this and the reading of what was staged for the tile before.
  TILEWRIGHT_DEVICE void store(const Scores& scores, int tile) {
    std::byte* staged = shared_ + scores_at + SharedTile<Tiling::kv_tile>::bytes(device::warp() * 16);
    const std::int64_t stride = score_stride(params_.keys);
    const int key = tile * Tiling::kv_tile;
    store_accumulators<Stored>(scores, staged);
    device::sync_warp();
    write_rows<16, Tiling::kv_tile, 32>(
        params_.scores + first_row_ * stride + key, staged,
        {stride, block_.queries - device::warp() * 16, static_cast<int>(stride) - key}, device::lane());
  }

  TILEWRIGHT_DEVICE void store_maxima() {
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      const float highest = of_row_highest(highest_[half]);
      if (!owns_row(half)) continue;
      params_.maxima[block_.first_row(params_) + row_in_block(half)] =
          device::to_float(device::from_float<Stored>(highest));
    }
  }

  TILEWRIGHT_DEVICE static int row_in_block(int half) {
    return device::warp() * 16 + device::lane() / 4 + 8 * half;
  }

  /// Of four lanes that share a row, one speaks for it, if there is such a row.
  TILEWRIGHT_DEVICE bool owns_row(int half) const {
    return device::lane() % 4 == 0 && row_in_block(half) < block_.queries;
  }

  const Params& params_;
  PassBlock<Tiling> block_;
  std::byte* shared_;
  std::int64_t first_row_;                                                     ///< of the warp
  float highest_[2] = {device::negative_infinity, device::negative_infinity};  ///< of this lane's columns
};

}  // namespace tilewright::kernels
