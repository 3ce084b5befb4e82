// A consumer of the backward kernel for warpgroup products: a warpgroup that has 64 keys of the block's KV tile.
//
// Scores are made keys by queries, so that weights and their gradients, in accumulators, are the first operands of
// the products that sum them over queries into dV and dK, without leaving their thread. dQ sums over keys, those of
// all consumers: for it gradients of scores go through shared memory, and every consumer takes 64 x 64 of it.
// Source: J. Shah et al., "FlashAttention-3", 2024, appendix B.1 (the backward pass with warp specialisation).
#pragma once

#include <cstdint>

#include "kernels/attention/softmax.hpp"
#include "kernels/attention/warpgroup_output.hpp"
#include "kernels/attention/warpgroup_softmax.hpp"
#include "kernels/backward/specialized_params.hpp"
#include "kernels/backward/specialized_shared.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/device/warpgroup.hpp"

namespace tilewright::kernels {

template <class Kernel>
class BackwardConsumer {
 public:
  using T = typename Kernel::Number;
  using Shared = typename Kernel::Shared;
  using Params = typename Kernel::Params;

  /// `index`: which of the block's consumers this is.
  TILEWRIGHT_DEVICE BackwardConsumer(const Params& params, Shared& shared, int index)
      : params_(params),
        shared_(shared),
        index_(index),
        k_(device::k_major_descriptor(shared.k[0][index * 64])),
        v_(device::k_major_descriptor(shared.v[0][index * 64])) {}

  TILEWRIGHT_DEVICE void run() {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::head_dim / 2; ++i) grad_k_[i] = grad_v_[i] = 0;
    device::mbarrier_wait(&shared_.keys_full, 0);
    for (int turn = 0;; turn ^= 1, ring_.advance()) {
      device::mbarrier_wait(&shared_.rows_full[ring_.stage], ring_.parity);
      const int head = shared_.notes[ring_.stage].head;
      if (head < 0) break;
      visit(turn, head);
    }
    store();
  }

 private:
  using Scores = float[Kernel::q_tile / 2];  ///< keys by queries
  using Operand = std::uint32_t[Kernel::q_tile / 16][4];
  using QuerySums = float[32];  ///< 64 queries by 64 columns of dQ

  TILEWRIGHT_DEVICE void visit(int turn, int head) {
    Scores weights;
    Scores grads;
    Operand p;
    Operand ds;
    device::mbarrier_wait(&shared_.q_full[ring_.stage], ring_.parity);
    multiply_by_queries(weights, k_, shared_.q[ring_.stage]);
    device::mbarrier_wait(&shared_.grad_o_full[ring_.stage], ring_.parity);
    multiply_by_queries(grads, v_, shared_.grad_o[ring_.stage]);
    device::wgmma_wait<1>();
    device::pin(weights);
    if (!shared_.notes[ring_.stage].full) mask(weights);
    weigh(weights);
    device::wgmma_wait<0>();
    device::pin(grads);
    differentiate(grads, weights);
    to_operand<T>(weights, p);
    sum_over_queries(grad_v_, p, shared_.grad_o[ring_.stage]);
    to_operand<T>(grads, ds);
    store_operand(ds, turn);
    device::fence_async_proxy();
    device::sync_named(1, Kernel::consumers * warpgroup_size);
    sum_over_queries(grad_k_, ds, shared_.q[ring_.stage]);
    QuerySums sums;
    sum_over_keys(sums, turn);
    device::wgmma_wait<0>();
    device::pin(sums);
    device::pin(grad_k_);
    device::pin(grad_v_);
    device::pin(p);
    device::pin(ds);
    add_to_queries(sums, head);
    device::sync_warp();  // all lanes have read what they need of the rows
    if (device::lane() == 0) device::mbarrier_arrive(&shared_.empty[ring_.stage]);
  }

  /// d = A B^T, where A is 64 rows of K or V by its descriptor, and B a tile of Q or dO.
  template <class Tile>
  TILEWRIGHT_DEVICE void multiply_by_queries(Scores& d, std::uint64_t a, Tile& b) {
    const std::uint64_t to = device::k_major_descriptor(b);
    device::pin(d);
    device::wgmma_fence();
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::head_dim / 16; ++i) {
      constexpr int steps = panel_columns / 16;  // of a panel
      const int a_at = i / steps * static_cast<int>(sizeof(shared_.k[0])) + i % steps * 32;
      const int b_at = i / steps * static_cast<int>(sizeof(b[0])) + i % steps * 32;
      device::wgmma_m64k16<T, Kernel::q_tile>(d, device::advance(a, a_at), device::advance(to, b_at), i > 0);
    }
    device::wgmma_commit();
  }

  /// d += A B, where A is keys by queries and B the tile of dO or Q.
  template <class Tile>
  TILEWRIGHT_DEVICE void sum_over_queries(float (&d)[Kernel::head_dim / 2], Operand& a, Tile& b) {
    const std::uint64_t of = device::mn_major_descriptor(b, sizeof(b[0]));
    device::pin(d);
    device::pin(a);
    device::wgmma_fence();
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::q_tile / 16; ++i) {
      constexpr auto order = device::Major::mn;
      device::wgmma_m64k16<T, Kernel::head_dim, order>(d, a[i], device::advance(of, i * 2048), true);
    }
    device::wgmma_commit();
  }

  // This consumer's part of dQ.
  [[nodiscard]] TILEWRIGHT_DEVICE int column_panel() const { return index_ % Shared::panels; }
  [[nodiscard]] TILEWRIGHT_DEVICE int query_panel() const { return index_ / Shared::panels; }

  /// sums = dS K.
  TILEWRIGHT_DEVICE void sum_over_keys(QuerySums& sums, int turn) {
    constexpr auto order = device::Major::mn;
    const auto& grad_s = shared_.grad_s[turn][query_panel()];
    const auto& k = shared_.k[column_panel()];
    const std::uint64_t a = device::mn_major_descriptor(grad_s, sizeof(grad_s));
    const std::uint64_t b = device::mn_major_descriptor(k, sizeof(k));
    device::pin(sums);
    device::wgmma_fence();
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::kv_tile / 16; ++i)
      device::wgmma_m64k16<T, 64, order, order>(sums, device::advance(a, i * 2048), device::advance(b, i * 2048),
                                                i > 0);
    device::wgmma_commit();
  }

  /// Scores of keys that a query does not see become -inf.
  TILEWRIGHT_DEVICE void mask(Scores& scores) const {
    const int warp = device::warp() % 4;
    const std::uint32_t* const seen = shared_.rows[ring_.stage].seen[index_ * 2 + warp / 2];
    const std::uint32_t mine = std::uint32_t{1} << (warp % 2 * 16 + device::lane() / 4);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::q_tile / 2; ++i) {
      const std::uint32_t key = i / 2 % 2 == 0 ? mine : mine << 8;
      scores[i] = (seen[query_of(i)] & key) != 0 ? scores[i] : device::negative_infinity;
    }
  }

  /// Scores become weights.
  TILEWRIGHT_DEVICE void weigh(Scores& scores) const {
    const float scale = params_.backward.forward.scale * log2_e;
    const float* const log_sums = shared_.rows[ring_.stage].log_sums;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::q_tile / 2; ++i)
      scores[i] = device::exp2_approx(scores[i] * scale - log_sums[query_of(i)]);
  }

  /// Gradients of weights become those of scores.
  TILEWRIGHT_DEVICE void differentiate(Scores& grads, const Scores& weights) const {
    const float* const deltas = shared_.rows[ring_.stage].deltas;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Kernel::q_tile / 2; ++i) grads[i] = weights[i] * (grads[i] - deltas[query_of(i)]);
  }

  /// Of accumulator i, among those of the tile.
  TILEWRIGHT_DEVICE static int query_of(int i) { return i / 4 * 8 + device::lane() % 4 * 2 + i % 2; }

  /// Keys by queries in panels of 64 queries, swizzled as the copy engine does: operand A of dQ, queries
  /// contiguous.
  TILEWRIGHT_DEVICE void store_operand(const Operand& ds, int turn) {
    const int row = index_ * 64 + device::warp() % 4 * 16 + device::lane() / 4;
    TILEWRIGHT_UNROLL
    for (int step = 0; step < Kernel::q_tile / 16; ++step) {
      TILEWRIGHT_UNROLL
      for (int i = 0; i < 4; ++i) {
        const int vector = step % 4 * 2 + i / 2;
        T* const to = shared_.grad_s[turn][step / 4][row + 8 * (i % 2)];
        device::store4(to + 8 * (vector ^ row % 8) + 2 * (device::lane() % 4), ds[step][i]);
      }
    }
  }

  TILEWRIGHT_DEVICE void add_to_queries(const QuerySums& sums, int head) const {
    const auto& backward = params_.backward;
    const std::int64_t first = std::int64_t{head} * backward.forward.queries.memory_tokens;
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      const int row = query_panel() * 64 + device::warp() % 4 * 16 + device::lane() / 4 + 8 * half;
      const int token = shared_.rows[ring_.stage].tokens[row];
      if (token < 0) continue;
      float* const to =
          backward.grad_q_sums + (first + token) * Kernel::head_dim + column_panel() * 64 + device::lane() % 4 * 2;
      TILEWRIGHT_UNROLL
      for (int i = 0; i < 8; ++i)
        device::reduce_add2(to + 8 * i, sums[4 * i + 2 * half], sums[4 * i + 2 * half + 1]);
    }
  }

  TILEWRIGHT_DEVICE void store() const {
    const KeyTile& of = shared_.of;
    const auto& forward = params_.backward.forward;
    const TokenGrid keys = group_of(forward.keys, of.group);
    const Coordinates tile = tile_coordinates(keys, of.kv_tile);
    const std::int64_t head = std::int64_t{of.batch} * forward.kv_heads + of.kv_head;
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      const int row = index_ * 64 + device::warp() % 4 * 16 + device::lane() / 4 + 8 * half;
      const Coordinates at = row_coordinates(keys, row);
      const std::int64_t first = (head * keys.memory_tokens + token_at(keys, tile, at)) * Kernel::head_dim;
      const bool real = is_real(keys, tile, at);
      store_row(real ? params_.backward.grad_k + first : nullptr, grad_k_, half, forward.scale);
      store_row(real ? params_.backward.grad_v + first : nullptr, grad_v_, half, 1);
    }
  }

  const Params& params_;
  Shared& shared_;
  int index_;
  std::uint64_t k_;  ///< descriptors of the consumer's keys
  std::uint64_t v_;
  float grad_k_[Kernel::head_dim / 2];
  float grad_v_[Kernel::head_dim / 2];
  Ring<Kernel::stages> ring_;
};

}  // namespace tilewright::kernels
