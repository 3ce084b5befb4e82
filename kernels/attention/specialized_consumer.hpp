// A consumer of the warp-specialised kernel: a warpgroup that has 64 rows of every Q tile of the block.
//
// The scores of a KV tile are issued before the output of the tile before it, so that tensor cores work on the
// latter while this warpgroup does the softmax of the former; and warpgroups take turns at issuing, so that the
// softmax of one falls under the products of another. Source: J. Shah et al., "FlashAttention-3: Fast and Accurate
// Attention with Asynchrony and Low-precision", 2024, section 3, algorithm 2.
#pragma once

#include <cstdint>

#include "kernels/attention/specialized_params.hpp"
#include "kernels/attention/specialized_rows.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/attention/warpgroup_softmax.hpp"
#include "kernels/device/cluster.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/device/warpgroup.hpp"

namespace tilewright::kernels {

template <class Kernel>
class Consumer {
 public:
  using T = typename Kernel::Number;
  using Shared = typename Kernel::Shared;
  using Params = typename Kernel::Params;

  /// `index`: which of the block's consumers this is.
  TILEWRIGHT_DEVICE Consumer(const Params& params, Shared& shared, int index)
      : params_(params),
        shared_(shared),
        index_(index),
        first_row_(index * 64 + device::warp() % 4 * rows_of_warp),
        q_(device::k_major_descriptor(shared.q[0][index * 64])),
        softmax_(0) {}

  TILEWRIGHT_DEVICE void run() {
    if (index_ == Kernel::consumers - 1) pass_turn();
    for (int parity = 0;; parity ^= 1) {
      device::mbarrier_wait(&shared_.q_full, parity);
      // Not copied: registers are short, and it stays until this consumer has asked for the Q tile after the next.
      const Announcement& work = shared_.announcements[parity];
      if (work.visits < 0) return;
      softmax_ = OnlineSoftmax<T>(params_.attention.scale * log2_e);
      attend(work);
      softmax_.finish();
      store_rows(params_.attention, work, rows(), output_, softmax_);
    }
  }

 private:
  using Scores = float[Kernel::kv_tile / 2];
  using Weights = std::uint32_t[Kernel::kv_tile / product_depth<T>][4];

  struct Mask {
    bool needed;
    ScoreMask<Kernel::kv_tile> keys;
  };

  TILEWRIGHT_DEVICE void attend(const Announcement& work) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::head_dim / 2; ++i) output_[i] = 0;
    const int visits = work.visits;
    if (visits == 0) {
      place_rows<false>(params_.attention, work, first_row_, rows());
      return release(&shared_.q_empty);
    }
    Scores scores;
    Weights weights;
    start(scores, work);
    for (int visit = 1; visit < visits; ++visit) {
      settle(scores, weights, visit > 1);
      step(scores, weights);
    }
    release(&shared_.q_empty);
    settle(scores, weights, visits > 1);
    finish(weights, work);
  }

  /// The weights of the first tile, in place of its scores; meanwhile makes the table of rows, where they have
  /// masks.
  TILEWRIGHT_DEVICE void start(Scores& scores, const Announcement& work) {
    device::mbarrier_wait(&shared_.k_full[k_.stage], k_.parity);
    issue_scores(scores);
    if (work.masked) place_rows<true>(params_.attention, work, first_row_, rows());
    const Mask mask = make_mask();
    device::wgmma_wait<0>();
    weigh(scores, mask);
  }

  /// Starts the output of the weights at hand, and meanwhile makes those of the next tile.
  TILEWRIGHT_DEVICE void step(Scores& scores, Weights& weights) {
    device::mbarrier_wait(&shared_.k_full[k_.stage], k_.parity);
    await_turn();
    issue_scores(scores);
    device::mbarrier_wait(&shared_.v_full[v_.stage], v_.parity);
    issue_output(weights);
    pass_turn();
    const Mask mask = make_mask();
    device::wgmma_wait<1>();
    weigh(scores, mask);
  }

  /// Waits for the output in flight, if there is one, and makes the operand of the next. It stands at the head of a
  /// step, not at the end of the one before: the assembler moves a wait up over arithmetic, but not over a loop's
  /// edge, and the softmax of weigh() must come before it.
  TILEWRIGHT_DEVICE void settle(const Scores& scores, Weights& weights, bool in_flight) {
    device::wgmma_wait<0>();
    device::pin(output_);
    device::pin(weights);
    if (in_flight) release_values();
    to_operand<T>(scores, weights);
    device::pin(weights);
    softmax_.correct(output_);
  }

  /// The output of the last tile; meanwhile finds where its rows go, where no mask has asked for them.
  TILEWRIGHT_DEVICE void finish(Weights& weights, const Announcement& work) {
    device::mbarrier_wait(&shared_.v_full[v_.stage], v_.parity);
    issue_output(weights);
    if (!work.masked) place_rows<false>(params_.attention, work, first_row_, rows());
    device::wgmma_wait<0>();
    device::pin(output_);
    device::pin(weights);
    release_values();
  }

  /// Scores = Q K^T of the K that is next.
  TILEWRIGHT_DEVICE void issue_scores(Scores& scores) {
    const std::uint64_t k = device::k_major_descriptor(shared_.k[k_.stage]);
    device::wgmma_fence();
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::head_dim / product_depth<T>; ++i) {
      constexpr int steps = panel_columns_of<T> / product_depth<T>;  // of a panel
      const int q_at = i / steps * static_cast<int>(sizeof(shared_.q[0])) + i % steps * 32;
      const int k_at = i / steps * static_cast<int>(sizeof(shared_.k[0][0])) + i % steps * 32;
      multiply<Kernel::kv_tile, device::Major::k>(scores, device::advance(q_, q_at), device::advance(k, k_at),
                                                  i > 0);
    }
    device::wgmma_commit();
  }

  /// Output += weights V of the V that is next.
  TILEWRIGHT_DEVICE void issue_output(Weights& weights) {
    constexpr auto order = transposes_values<T> ? device::Major::k : device::Major::mn;
    constexpr int step_B = transposes_values<T> ? 32 : 2048;
    const std::uint64_t v = transposes_values<T>
                                ? device::k_major_descriptor(shared_.v[v_.stage])
                                : device::mn_major_descriptor(shared_.v[v_.stage], sizeof(shared_.v[0][0]));
    device::pin(output_);
    device::pin(weights);
    device::wgmma_fence();
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::kv_tile / product_depth<T>; ++i) {
      multiply<Kernel::head_dim, order>(output_, weights[i], device::advance(v, i * step_B), true);
    }
    device::wgmma_commit();
  }

  /// One step along K; `a`: a descriptor, or registers.
  template <int N, device::Major Order, class A>
  TILEWRIGHT_DEVICE static void multiply(float (&d)[N / 2], const A& a, std::uint64_t b, bool accumulate) {
    if constexpr (sizeof(T) == 1) {
      static_assert(Order == device::Major::k);
      device::wgmma_m64k32<N>(d, a, b, accumulate);
    } else {
      device::wgmma_m64k16<T, N, Order>(d, a, b, accumulate);
    }
  }

  /// Of the K that is next, while its scores are on their way.
  [[nodiscard]] TILEWRIGHT_DEVICE Mask make_mask() const {
    const AnnouncedTile& tile = shared_.tiles[k_.stage];
    Mask mask;
    mask.needed = !tile.full;
    if (mask.needed) mask.keys.make(rows(), params_.bits, tile.at);
    return mask;
  }

  /// The scores are there: gives K back, masks, and turns them into weights.
  TILEWRIGHT_DEVICE void weigh(Scores& scores, const Mask& mask) {
    device::pin(scores);
    release_shared(&shared_.k_empty[k_.stage]);
    k_.advance();
    if (mask.needed) mask.keys.apply(scores);
    softmax_.update(scores);
    device::pin(scores);
  }

  /// This warp's.
  [[nodiscard]] TILEWRIGHT_DEVICE RowPlace* rows() const { return &shared_.rows[first_row_]; }

  TILEWRIGHT_DEVICE void release_values() {
    release_shared(&shared_.v_empty[v_.stage]);
    v_.advance();
  }

  /// Every warp arrives for itself: its products may end before those of others.
  TILEWRIGHT_DEVICE void release(device::MBarrier* barrier) {
    if (device::lane() == 0) device::mbarrier_arrive(barrier);
  }

  /// What blocks of a cluster bring to each other is given back to all of them.
  TILEWRIGHT_DEVICE void release_shared(device::MBarrier* barrier) {
    if constexpr (Kernel::cluster_blocks == 1) {
      release(barrier);
    } else {
      if (device::lane() < Kernel::cluster_blocks) device::mbarrier_arrive_at(barrier, device::lane());
    }
  }

  // Named barriers 1, 2, ...: a consumer waits at its own, where the one before it says that its turn is over.
  TILEWRIGHT_DEVICE void await_turn() { device::sync_named(1 + index_, 2 * warpgroup_size); }
  TILEWRIGHT_DEVICE void pass_turn() {
    const int next = index_ + 1 < Kernel::consumers ? index_ + 1 : 0;
    device::arrive_named(1 + next, 2 * warpgroup_size);
  }

  const Params& params_;
  Shared& shared_;
  int index_;
  int first_row_;    ///< of this warp
  std::uint64_t q_;  ///< descriptor of the consumer's rows
  OnlineSoftmax<T> softmax_;
  float output_[Kernel::head_dim / 2];
  Ring<Kernel::stages> k_;
  Ring<Kernel::stages> v_;
};

}  // namespace tilewright::kernels
