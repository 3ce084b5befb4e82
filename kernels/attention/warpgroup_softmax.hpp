// Softmax, online and to base 2, on the accumulators of a warpgroup's product (kernels/device/warpgroup.hpp): a
// thread has two rows, and shares them with the other three of its quad.
//
// What was summed is not rescaled for every new maximum: weights may be as large as 2^8, relative to a maximum of
// before, and are as exact as below 1, since they are floating-point numbers. Of 8 bits, which have few exponents,
// they are relative to the maximum itself and 2^8 times as large: up to 256 of the 448 that there are, down to
// 2^-9, which is 2^-17 of the largest; and the weight of the maximum is exact.
//
// Sources: M. Milakov, N. Gimelshein, "Online normalizer calculation for softmax", 2018, algorithm 3; Zadouri et
// al., "FlashAttention-4", 2026 (the rescaling that is skipped); J. Shah et al., "FlashAttention-3", 2024, section
// 3.3, and its code (weights of 8 bits, times 2^8).
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/attention/softmax.hpp"
#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/shuffle.hpp"

namespace tilewright::kernels {

/// In exponents to base 2: what weights are times, and by how much a score may exceed the reference. A weight is at
/// most 2^(offset + slack).
struct WeightRange {
  float offset;
  float slack;
};
template <class T>
inline constexpr WeightRange weight_range = {0, 8};
template <>
inline constexpr WeightRange weight_range<device::e4m3> = {8, 0};

/// The running reference and sum of two rows, whose weights are to be rounded to T. Scores are those of the
/// product; `scale` times them, to base 2, is the exponent. The reference is a maximum of before: no score so far
/// exceeds it by more than `slack` in the exponent. Weights, and so their sums, are times 2^offset.
template <class T>
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
      const float zero = without_offset(base);
      TILEWRIGHT_UNROLL
      for (int i = 2 * row; i < Count; i += 4) {
        scores[i] = device::exp2_approx(scores[i] * scale_ - zero);
        scores[i + 1] = device::exp2_approx(scores[i + 1] * scale_ - zero);
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
    return sum_[row] > 0 ? (without_offset(reference_[row] * scale_) + device::log2_approx(sum_[row])) * ln_2
                         : device::negative_infinity;
  }

 private:
  static constexpr float offset = weight_range<T>.offset;
  static constexpr float slack = weight_range<T>.slack;

  TILEWRIGHT_DEVICE static float without_offset(float exponent) {
    if constexpr (offset == 0) return exponent;
    return exponent - offset;
  }

  float scale_;
  float reference_[2] = {device::negative_infinity, device::negative_infinity};
  float sum_[2] = {0, 0};
  float correction_[2] = {0, 0};
  bool corrects_ = false;
};

/// Weights as the A operand of the next product, in steps along K. Of 16 bits, the accumulators of two neighbouring
/// 8-column tiles are the thread's own part of it. Of 8 bits they are, too, with the columns in another order: of
/// every 16, place 4 t + i has column 2 t + i % 2 + i / 2 * 8, where i is from 0 to 3.
template <class T, int Count, int Steps>
TILEWRIGHT_DEVICE void to_operand(const float (&weights)[Count], std::uint32_t (&operand)[Steps][4]) {
  static_assert(Count == Steps * 16 / static_cast<int>(sizeof(T)));
  TILEWRIGHT_UNROLL
  for (int step = 0; step < Steps; ++step) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 4; ++i) {
      if constexpr (sizeof(T) == 1) {
        const float* of = weights + 16 * step + 8 * (i / 2) + 2 * (i % 2);
        operand[step][i] = device::pack4(of[0], of[1], of[4], of[5]);
      } else {
        operand[step][i] = device::pack2<T>(weights[8 * step + 2 * i], weights[8 * step + 2 * i + 1]);
      }
    }
  }
}

}  // namespace tilewright::kernels
