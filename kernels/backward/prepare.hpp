// Before the main kernel of a backward pass: what it needs of every query, and sums that begin at nothing.
//
// delta, the sum over columns of dO o O, stands for the sum over keys of P o dP, which nobody has before all keys
// are visited (T. Dao et al., "FlashAttention", NeurIPS 2022, appendix B.2).
#pragma once

#include <cstddef>

#include "kernels/attention/softmax.hpp"
#include "kernels/backward/params.hpp"
#include "kernels/backward/query_vectors.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

/// Fills deltas and log_sums, and clears grad_q_sums. On attention_grid().
template <class T, int HeadDim, int QTile>
class BackwardPrepare {
  using Vectors = QueryVectors<T, HeadDim, QTile>;

 public:
  using Params = BackwardParams<T>;
  static constexpr int threads = Vectors::threads;
  static constexpr int shared_B = Vectors::shared_B;
  static constexpr int min_blocks = 4;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    Vectors::each(params.forward, shared, [&params](const QueryVector& at) {
      float delta = at.real ? product(params.forward.o + at.element, params.grad_o + at.element) : 0;
      TILEWRIGHT_UNROLL
      for (int lanes = 1; lanes < Vectors::of_row; lanes *= 2) delta += device::shuffle_xor(delta, lanes);
      if (!at.real) return;
      clear(params.grad_q_sums + at.element);
      if (device::lane() % Vectors::of_row != 0) return;
      params.deltas[at.token] = delta;
      params.log_sums[at.token] = log_sum(params.forward.lse[at.token]);
    });
  }

 private:
  static TILEWRIGHT_DEVICE float product(const T* a, const T* b) {
    const device::Vec16 of_a = device::load16(a);
    const device::Vec16 of_b = device::load16(b);
    float sum = 0;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 8; ++i) sum += number(of_a, i) * number(of_b, i);
    return sum;
  }

  static TILEWRIGHT_DEVICE float number(const device::Vec16& of, int i) {
    return device::to_float(T{static_cast<std::uint16_t>(of.w[i / 2] >> (i % 2 * 16))});
  }

  static TILEWRIGHT_DEVICE void clear(float* sums) {
    device::store16(sums, {});
    device::store16(sums + 4, {});
  }

  static TILEWRIGHT_DEVICE float log_sum(float lse) {
    return lse == device::negative_infinity ? -device::negative_infinity : lse * log2_e;
  }
};

}  // namespace tilewright::kernels
