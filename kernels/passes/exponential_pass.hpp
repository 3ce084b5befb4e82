// The second of three passes: exponentials of the scores relative to their row's maximum, in the place of the
// scores, and each row's sum. Nothing but memory: it reads and writes 16 bytes for every 8 exponentials.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/softmax.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/passes/number_pair.hpp"
#include "kernels/passes/params.hpp"

namespace tilewright::kernels {

/// A warp for every row. Grid: x `blocks(rows)`, rows = batch * heads * queries.
template <class T>
class ExponentialPass {
 public:
  using Params = PassesParams<T>;
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 4;

  static constexpr std::int64_t blocks(std::int64_t rows) { return (rows + threads / 32 - 1) / (threads / 32); }

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* /*shared*/) {
    const std::int64_t row = std::int64_t{device::block_index().x} * (threads / 32) + device::warp();
    if (row >= std::int64_t{params.batch} * params.heads * params.queries) return;
    const auto stride = static_cast<int>(score_stride(params.keys));
    std::uint16_t* scores = params.scores + row * stride;
    const float maximum = params.maxima[row];
    float sum = 0;
    for (int first = device::lane() * 8; first < stride; first += at_a_time * 256) {
      sum += exponentials(scores + first, stride - first, maximum);
    }
    TILEWRIGHT_UNROLL
    for (int mask = 1; mask < 32; mask *= 2) sum += device::shuffle_xor(sum, mask);
    if (device::lane() == 0) params.sums[row] = sum;
  }

 private:
  static constexpr int at_a_time = 4;  ///< vectors of a lane on their way, so that memory stays busy

  /// Of a lane's vectors, from its first.
  TILEWRIGHT_DEVICE static int at(int vector) { return vector * 256; }

  /// The lane's vectors that begin below `left`; gives the sum of what is stored.
  TILEWRIGHT_DEVICE static float exponentials(std::uint16_t* scores, int left, float maximum) {
    device::Vec16 vectors[at_a_time];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < at_a_time; ++i) {
      if (at(i) < left) vectors[i] = device::load16(scores + at(i));
    }
    float sum = 0;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < at_a_time; ++i) {
      if (at(i) >= left) continue;
      sum += exponentials(vectors[i], maximum);
      device::store16(scores + at(i), vectors[i]);
    }
    return sum;
  }

  TILEWRIGHT_DEVICE static float exponentials(device::Vec16& vector, float maximum) {
    float sum = 0;
    TILEWRIGHT_UNROLL
    for (std::uint32_t& pair : vector.w) {
      pair = device::pack2<T>(exponential(low_of<device::fp16>(pair), maximum),
                              exponential(high_of<device::fp16>(pair), maximum));
      sum += low_of<T>(pair) + high_of<T>(pair);
    }
    return sum;
  }

  TILEWRIGHT_DEVICE static float exponential(float score, float maximum) {
    return device::exp2_approx((score - maximum) * log2_e);
  }
};

}  // namespace tilewright::kernels
