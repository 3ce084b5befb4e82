// Causal linear attention with decay, chunk by chunk: o_i = scale * sum over j <= i of decay^(i - j) (q_i . k_j)
// v_j.
//
// A thread block walks the chunks of one head in order. Within a chunk it multiplies as attention does, with decay
// for a mask; of all chunks before it keeps the state sum_j decay^(last - j) k_j^T v_j, D x D numbers, which it
// multiplies by the queries and carries on. The columns of V, and with them those of the state, divide among
// blocks.
//
//   O     = (Q K^T . mask) V + diag(decay^1 .. decay^C) Q state
//   state = decay^C state + (diag(decay^(C-1) .. decay^0) K)^T V
//
// The state stays in fp32, in registers; rounded to T it is an operand.
//
// Source: Z. Qin et al., "Lightning Attention-2: A Free Lunch for Handling Unlimited Sequence Lengths in Large
// Language Models", 2024, section 3.2 and algorithm 1.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/attention/warp_output.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/decode/contiguous_rows.hpp"
#include "kernels/passes/multiply_rows.hpp"
#include "kernels/passes/number_pair.hpp"

namespace tilewright::kernels {

/// Q [batch, heads, tokens, D], K and V [batch, kv_heads, tokens, D], O like Q.
template <class T>
struct LinearParams {
  const T* q;
  const T* k;
  const T* v;
  T* o;
  const float* decay;  ///< of every head, above 0 and at most 1
  int batch, heads, kv_heads, tokens;
  float scale;
};

/// Grid: x value_splits, y heads of the batch.
template <class T_, int D_>
class ChunkedLinear {
 public:
  using T = T_;
  using Params = LinearParams<T>;
  static constexpr int D = D_;
  static constexpr int value_columns = 64;  ///< of a block
  static constexpr int value_splits = D / value_columns;
  static constexpr int warps = 4;
  static constexpr int chunk = 16 * warps;  ///< a warp has 16 queries of it
  static constexpr int threads = 32 * warps;
  static constexpr int min_blocks = 2;

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* shared) {
    ChunkedLinear(params, shared).walk();
  }

 private:
  using Rows = SharedTile<D>;
  using Values = SharedTile<value_columns>;
  using Queries = QueryOperand<1, D, false>;  // registers are for the state
  using Scores = Accumulators<1, chunk>;
  using Output = Accumulators<1, value_columns>;
  static constexpr int state_tiles = D / 16 / warps;  ///< rows of the state that a warp keeps, in mma tiles
  using State = Accumulators<state_tiles, value_columns>;

  static constexpr int row_B = Rows::bytes(chunk);
  static constexpr int values_at = 2 * row_B;  ///< in a stage: Q, K, V of a chunk
  static constexpr int stage_B = values_at + Values::bytes(chunk);
  static constexpr int state_at = 2 * stage_B;  ///< behind two stages

 public:
  static constexpr int shared_B = state_at + Values::bytes(D);

 private:
  TILEWRIGHT_DEVICE ChunkedLinear(const Params& params, std::byte* shared)
      : params_(params), shared_(shared), head_(device::block_index().y) {
    kv_head_ = head_ / (params.heads / params.kv_heads);
    log2_decay_ = log2f(params.decay[head_ % params.heads]);  // exact: errors grow with the distance
  }

  TILEWRIGHT_DEVICE void walk() {
    const int chunks = (params_.tokens + chunk - 1) / chunk;
    State state = {};
    load(0);
    for (int index = 0; index < chunks; ++index) {
      device::cp_async_wait<0>();
      device::sync_block();  // the chunk is there for all, and nobody reads the one before it or its state any more
      load(index + 1);
      store_accumulators<T>(state, state_tile() + Values::bytes(device::warp() * 16 * state_tiles));
      const Queries queries(warp_rows(index));
      Scores scores;
      multiply_queries_keys<T>(scores, queries, stage(index) + row_B);
      mask(scores);
      WeightOperand<1, chunk> weights;
      round_weights<T>(scores, weights);
      device::sync_block();  // the state is there for all
      Output output = {};
      multiply_state(queries, output);
      multiply_weights_values<T>(output, weights, values_of(index));
      store(output, index);
      advance(state, index);
    }
  }

  TILEWRIGHT_DEVICE std::byte* stage(int index) const {
    const int at = index % 2 * stage_B;
    return shared_ + at;
  }
  TILEWRIGHT_DEVICE std::byte* values_of(int index) const { return stage(index) + values_at; }
  TILEWRIGHT_DEVICE std::byte* state_tile() const { return shared_ + state_at; }
  TILEWRIGHT_DEVICE std::byte* warp_rows(int index) const {
    return stage(index) + Rows::bytes(device::warp() * 16);
  }
  TILEWRIGHT_DEVICE static int first_column() { return device::block_index().x * value_columns; }

  TILEWRIGHT_DEVICE void load(int index) const {
    const int token = index * chunk;
    const int left = params_.tokens - token;
    const int thread = device::thread_index();
    if (left > 0) {
      const std::int64_t query = (std::int64_t{head_} * params_.tokens + token) * D;
      const std::int64_t key = (std::int64_t{kv_head_} * params_.tokens + token) * D;
      const RowSpan span{D, left, D};
      load_rows<chunk, D, threads>(stage(index), params_.q + query, span, thread);
      load_rows<chunk, D, threads>(stage(index) + row_B, params_.k + key, span, thread);
      load_rows<chunk, value_columns, threads>(values_of(index), params_.v + key + first_column(), span, thread);
    }
    device::cp_async_commit();
  }

  [[nodiscard]] TILEWRIGHT_DEVICE float decay(int distance) const {
    return device::exp2_approx(log2_decay_ * static_cast<float>(distance));
  }

  TILEWRIGHT_DEVICE void mask(Scores& scores) const {
    const int row = device::warp() * 16 + device::lane() / 4;
    const int column = device::lane() % 4 * 2;
    TILEWRIGHT_UNROLL
    for (int j = 0; j < chunk / 8; ++j) {
      TILEWRIGHT_UNROLL
      for (int part = 0; part < 4; ++part) {
        const int distance = row + part / 2 * 8 - (column + 8 * j + part % 2);
        float& score = scores[0][j][part];
        score = distance >= 0 ? score * params_.scale * decay(distance) : 0;
      }
    }
  }

  /// output = diag(decay^1 .. decay^C) Q state
  TILEWRIGHT_DEVICE void multiply_state(const Queries& queries, Output& output) const {
    multiply_rows<T, D / 16>(
        output, [&](int step, std::uint32_t(&a)[1][4]) { queries.get(step, a); }, state_tile());
    const int row = device::warp() * 16 + device::lane() / 4;
    const float factors[2] = {params_.scale * decay(row + 1), params_.scale * decay(row + 9)};
    TILEWRIGHT_UNROLL
    for (int j = 0; j < value_columns / 8; ++j) {
      TILEWRIGHT_UNROLL
      for (int part = 0; part < 4; ++part) output[0][j][part] *= factors[part / 2];
    }
  }

  /// The warp's queries have been read for the last time, by the warp itself: they make room for its output.
  TILEWRIGHT_DEVICE void store(const Output& output, int index) const {
    const int token = index * chunk + device::warp() * 16;
    device::sync_warp();
    store_accumulators<T>(output, warp_rows(index));
    device::sync_warp();
    T* to = params_.o + (std::int64_t{head_} * params_.tokens + token) * D + first_column();
    write_rows<16, value_columns, 32>(to, warp_rows(index), {D, params_.tokens - token, value_columns},
                                      device::lane());
  }

  /// state = decay^C state + (diag(decay^(C-1) .. decay^0) K)^T V
  TILEWRIGHT_DEVICE void advance(State& state, int index) const {
    const float all = decay(chunk);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < state_tiles * value_columns / 2; ++i) {
      state[i / (value_columns / 2)][i / 4 % (value_columns / 8)][i % 4] *= all;
    }
    const std::byte* keys = stage(index) + row_B;
    multiply_rows<T, chunk / 16>(
        state, [&](int step, std::uint32_t(&a)[state_tiles][4]) { decayed_keys(keys, step, a); }, values_of(index));
  }

  /// Columns 16 * step to 16 * step + 15, tokens, of the warp's rows of K^T. Matrices of one ldmatrix: rows 0-7 and
  /// 8-15 of tokens 0-7, then of tokens 8-15.
  TILEWRIGHT_DEVICE void decayed_keys(const std::byte* keys, int step, std::uint32_t (&a)[state_tiles][4]) const {
    const int lane = device::lane();
    const int token = 16 * step + lane % 4 * 2;
    const float factors[4] = {decay(chunk - 1 - token), decay(chunk - 2 - token), decay(chunk - 9 - token),
                              decay(chunk - 10 - token)};
    TILEWRIGHT_UNROLL
    for (int i = 0; i < state_tiles; ++i) {
      const int vector = (device::warp() * state_tiles + i) * 2 + lane / 8 % 2;
      device::ldmatrix_x4_trans(a[i], keys + Rows::offset(16 * step + lane / 16 * 8 + lane % 8, vector));
      TILEWRIGHT_UNROLL
      for (int part = 0; part < 4; ++part) {
        const int first = part / 2 * 2;
        a[i][part] = scaled<T>(a[i][part], factors[first], factors[first + 1]);
      }
    }
  }

  const Params& params_;
  std::byte* shared_;
  int head_, kv_head_;  ///< counted over the batch
  float log2_decay_;
};

}  // namespace tilewright::kernels
