// Softmax, online and to base 2, on the accumulators of a warpgroup's product (kernels/device/warpgroup.hpp): a
// thread has two rows, and shares them with the other three of its quad.
//
// What was summed is not rescaled for every new maximum: weights may be as large as 2^8, relative to a maximum of
// before, and are as exact as below 1, since they are floating-point numbers.
//
// Sources: M. Milakov, N. Gimelshein, "Online normalizer calculation for softmax", 2018, algorithm 3; Zadouri et
// al., "FlashAttention-4", 2026 (the rescaling that is skipped).
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/attention/softmax.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/shuffle.hpp"

namespace tilewright::kernels {

/// The running reference and sum of two rows. Scores are those of the product; `scale` times them, to base 2, is
/// the exponent. The reference is a maximum of before: no score so far exceeds it by more than `slack` in the
/// exponent.
class OnlineSoftmax {
 public:
  TILEWRIGHT_DEVICE explicit OnlineSoftmax(float scale) : scale_(scale) {}

  /// Turns scores into weights, relative to the reference, which it moves where it must; what was summed before is
  /// then to be corrected. All lanes of the warp take part.
  template <int Count>
  TILEWRIGHT_DEVICE void update(float (&scores)[Count]) {
    bool moves[2];
    TILEWRIGHT_UNROLL
    for (int row = 0; row < 2; ++row) {
      float maximum = reference_[row];
      TILEWRIGHT_UNROLL
      for (int i = 2 * row; i < Count; i += 4) maximum = std::fmax(maximum, std::fmax(scores[i], scores[i + 1]));
      maximum = std::fmax(maximum, device::shuffle_xor(maximum, 1));
      maximum = std::fmax(maximum, device::shuffle_xor(maximum, 2));
      moves[row] = maximum != reference_[row] &&
                   (reference_[row] == device::negative_infinity || (maximum - reference_[row]) * scale_ > slack);
      const float reference = moves[row] ? maximum : reference_[row];
      // A row that has seen no key yet: any finite number will do in place of its reference.
      const float base = reference == device::negative_infinity ? 0 : reference * scale_;
      correction_[row] = device::exp2_approx(reference_[row] * scale_ - base);
      reference_[row] = reference;
      float sum = sum_[row] * correction_[row];
      TILEWRIGHT_UNROLL
      for (int i = 2 * row; i < Count; i += 4) {
        scores[i] = device::exp2_approx(scores[i] * scale_ - base);
        scores[i + 1] = device::exp2_approx(scores[i + 1] * scale_ - base);
        sum += scores[i] + scores[i + 1];
      }
      sum_[row] = sum;
    }
    corrects_ = device::any_lane(moves[0] || moves[1]);
  }

  /// Multiplies what the weights of earlier tiles were summed to, where a reference of the warp has moved.
  template <int Count>
  TILEWRIGHT_DEVICE void correct(float (&sums)[Count]) const {
    if (!corrects_) return;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Count; ++i) sums[i] *= correction_[i / 2 % 2];
  }

  /// Adds up the sums of the quad; call it once, after the last tile.
  TILEWRIGHT_DEVICE void finish() {
    TILEWRIGHT_UNROLL
    for (int row = 0; row < 2; ++row) {
      sum_[row] += device::shuffle_xor(sum_[row], 1);
      sum_[row] += device::shuffle_xor(sum_[row], 2);
    }
  }

  /// What a row of the output is to be multiplied by; 0 for a row without keys.
  [[nodiscard]] TILEWRIGHT_DEVICE float normaliser(int row) const { return sum_[row] > 0 ? 1 / sum_[row] : 0; }

  /// The natural logarithm of the sum of the row's exponentials.
  [[nodiscard]] TILEWRIGHT_DEVICE float log_sum(int row) const {
    return sum_[row] > 0 ? (reference_[row] * scale_ + device::log2_approx(sum_[row])) * ln_2
                         : device::negative_infinity;
  }

 private:
  static constexpr float slack = 8;

  float scale_;
  float reference_[2] = {device::negative_infinity, device::negative_infinity};
  float sum_[2] = {0, 0};
  float correction_[2] = {0, 0};
  bool corrects_ = false;
};

/// Weights as the A operand of the next product, 16 columns at a time: the accumulators of two neighbouring
/// 8-column tiles are the thread's own part of it.
template <class T, int Count>
TILEWRIGHT_DEVICE void to_operand(const float (&weights)[Count], std::uint32_t (&operand)[Count / 8][4]) {
  TILEWRIGHT_UNROLL
  for (int step = 0; step < Count / 8; ++step) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 4; ++i)
      operand[step][i] = device::pack2<T>(weights[8 * step + 2 * i], weights[8 * step + 2 * i + 1]);
  }
}

}  // namespace tilewright::kernels
