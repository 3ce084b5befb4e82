// The online softmax of one warp, in registers: scores become weights tile by tile.
//
// Sources: M. Milakov, N. Gimelshein, "Online normalizer calculation for softmax", 2018; T. Dao et al.,
// "FlashAttention", NeurIPS 2022, section 3.1. Softmax does not change when all scores of a row are shifted alike,
// so the shift need not be the highest score so far, only near it: output and sum are rescaled when some row of the
// warp has grown by more than `slack`, which is rare after the first tiles.
#pragma once

#include <cmath>

#include "kernels/attention/warp_product.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/shuffle.hpp"

namespace tilewright::kernels {

inline constexpr float log2_e = 1.44269504088896341F;
inline constexpr float ln_2 = 0.693147180559945309F;

/// Of RowTiles * 16 rows. A masked score is -inf.
template <int RowTiles>
class Softmax {
 public:
  static constexpr bool has_lse = true;

  TILEWRIGHT_DEVICE Softmax(float scale, float /*bias*/) : scale_(scale * log2_e) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        shift_[i][half] = device::negative_infinity;
        sum_[i][half] = 0;
      }
    }
  }

  /// Turns scores into weights of P, and scales `output`, the sum over the tiles before, to match them. Products of
  /// large scores are not rounded before the shift is taken off: it is common to a row, their rounding would not
  /// be.
  template <int Tiles, int OutputTiles>
  TILEWRIGHT_DEVICE void weigh(float (&scores)[RowTiles][Tiles][4], float (&output)[RowTiles][OutputTiles][4]) {
    follow_highest(scores, output);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        const float shift = finite(shift_[i][half]);
        TILEWRIGHT_UNROLL
        for (int j = 0; j < Tiles; ++j) {
          TILEWRIGHT_UNROLL
          for (int e = 2 * half; e < 2 * half + 2; ++e) {
            scores[i][j][e] = device::exp2_approx(fmaf(scores[i][j][e], scale_, -shift));
            sum_[i][half] += scores[i][j][e];
          }
        }
      }
    }
  }

  /// After the last tile: divides by the sums. A row without a key stays zero.
  template <int OutputTiles>
  TILEWRIGHT_DEVICE void finish(float (&output)[RowTiles][OutputTiles][4]) {
    float factor[RowTiles][2];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        sum_[i][half] += device::shuffle_xor(sum_[i][half], 1);
        sum_[i][half] += device::shuffle_xor(sum_[i][half], 2);
        factor[i][half] = sum_[i][half] > 0 ? 1 / sum_[i][half] : 0;
      }
    }
    multiply(output, factor);
  }

  /// After finish(): the natural logarithm of the sum of exp(scaled score) of row 16 * i + lane / 4 + 8 * half.
  [[nodiscard]] TILEWRIGHT_DEVICE float lse(int i, int half) const {
    return (shift_[i][half] + device::log2_approx(sum_[i][half])) * ln_2;
  }

 private:
  /// Binary orders of magnitude that a weight may exceed 1 by: far from the range of 16-bit numbers and of the
  /// sums.
  static constexpr float slack = 8;

  /// For a row without a key so far: any shift leaves its scores at -inf, but -inf itself would give NaN.
  TILEWRIGHT_DEVICE static float finite(float shift) { return shift == device::negative_infinity ? 0 : shift; }

  template <int Tiles, int OutputTiles>
  TILEWRIGHT_DEVICE void follow_highest(const float (&scores)[RowTiles][Tiles][4],
                                        float (&output)[RowTiles][OutputTiles][4]) {
    float highest[RowTiles][2];
    bool grown = false;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        highest[i][half] = highest_of(scores[i], half) * scale_;
        grown |= highest[i][half] > shift_[i][half] + slack;
      }
    }
    if (device::any_lane(grown)) rescale(highest, output);
  }

  /// Over the four lanes that share a row.
  template <int Tiles>
  TILEWRIGHT_DEVICE static float highest_of(const float (&scores)[Tiles][4], int half) {
    float highest = device::negative_infinity;
    TILEWRIGHT_UNROLL
    for (int j = 0; j < Tiles; ++j) {
      highest = fmaxf(highest, fmaxf(scores[j][2 * half], scores[j][2 * half + 1]));
    }
    highest = fmaxf(highest, device::shuffle_xor(highest, 1));
    return fmaxf(highest, device::shuffle_xor(highest, 2));
  }

  template <int OutputTiles>
  TILEWRIGHT_DEVICE void rescale(const float (&highest)[RowTiles][2], float (&output)[RowTiles][OutputTiles][4]) {
    float factor[RowTiles][2];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        const float shift = fmaxf(shift_[i][half], highest[i][half]);
        factor[i][half] = device::exp2_approx(shift_[i][half] - finite(shift));
        shift_[i][half] = shift;
        sum_[i][half] *= factor[i][half];
      }
    }
    multiply(output, factor);
  }

  template <int OutputTiles>
  TILEWRIGHT_DEVICE static void multiply(float (&output)[RowTiles][OutputTiles][4],
                                         const float (&factor)[RowTiles][2]) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int j = 0; j < OutputTiles; ++j) {
        TILEWRIGHT_UNROLL
        for (int part = 0; part < 4; ++part) output[i][j][part] *= factor[i][part / 2];
      }
    }
  }

  float scale_;               ///< of scores, for powers of 2
  float shift_[RowTiles][2];  ///< of scaled scores; -inf: no key so far
  float sum_[RowTiles][2];    ///< of this lane's weights
};

}  // namespace tilewright::kernels
