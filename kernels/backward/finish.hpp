// After the main kernel of a backward pass: dQ is its sums, scaled and rounded.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/backward/params.hpp"
#include "kernels/backward/query_vectors.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"

namespace tilewright::kernels {

/// grad_q = scale * grad_q_sums. On attention_grid().
template <class T, int HeadDim, int QTile>
class BackwardFinish {
  using Vectors = QueryVectors<T, HeadDim, QTile>;

 public:
  using Params = BackwardParams<T>;
  static constexpr int threads = Vectors::threads;
  static constexpr int shared_B = Vectors::shared_B;
  static constexpr int min_blocks = 4;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    Vectors::each(params.forward, shared, [&params](const QueryVector& at) {
      if (!at.real) return;
      const float* sums = params.grad_q_sums + at.element;
      device::Vec16 rounded;
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        const device::Vec16 four = device::load16(sums + 4 * half);
        TILEWRIGHT_UNROLL
        for (int pair = 0; pair < 2; ++pair) {
          rounded.w[2 * half + pair] =
              device::pack2<T>(params.forward.scale * device::float_of_bits(four.w[2 * pair]),
                               params.forward.scale * device::float_of_bits(four.w[2 * pair + 1]));
        }
      }
      device::store16(params.grad_q + at.element, rounded);
    });
  }
};

}  // namespace tilewright::kernels
