// Sigmoid weights in the place of softmax: 1 / (1 + exp(-(scaled score + bias))), each score by itself, so there is
// neither a highest score to follow nor a sum to divide by.
//
// Source: J. Ramapuram et al., "Theory, Analysis, and Best Practices for Sigmoid Self-Attention", ICLR 2025.
#pragma once

#include "kernels/attention/softmax.hpp"
#include "kernels/device/reciprocal.hpp"

namespace tilewright::kernels {

/// A masked score is -inf; its weight is 0.
template <int RowTiles>
class Sigmoid {
 public:
  static constexpr bool has_lse = false;

  TILEWRIGHT_DEVICE Sigmoid(float scale, float bias) : scale_(-scale * log2_e), bias_(-bias * log2_e) {}

  template <int Tiles, int OutputTiles>
  TILEWRIGHT_DEVICE void weigh(float (&scores)[RowTiles][Tiles][4], float (&)[RowTiles][OutputTiles][4]) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < RowTiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int j = 0; j < Tiles; ++j) {
        TILEWRIGHT_UNROLL
        for (int part = 0; part < 4; ++part) {
          const float odds_against = device::exp2_approx(scores[i][j][part] * scale_ + bias_);
          scores[i][j][part] = device::reciprocal_approx(1 + odds_against);
        }
      }
    }
  }

  template <int OutputTiles>
  TILEWRIGHT_DEVICE void finish(float (&)[RowTiles][OutputTiles][4]) {}

  [[nodiscard]] TILEWRIGHT_DEVICE float lse(int, int) const { return 0; }

 private:
  float scale_, bias_;  ///< of scores, negated, for powers of 2
};

}  // namespace tilewright::kernels
