// Masks the scores that a warp holds in accumulators, element by element.
#pragma once

#include <cstdint>

#include "kernels/attention/warp_product.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/row_bits.hpp"

namespace tilewright::kernels {

/// For each row of a warp a bit for every key of `Keys`, in shared memory: worked out before the scores are,
/// because it takes many registers for a short time, and by one lane a row, because it takes many instructions.
template <int RowTiles, int Keys>
class SharedBits {
  static constexpr int words = Keys / 64;

 public:
  /// The keys begin at `first_key` of the KV tile, a multiple of 64; `windows`: those of the warp's rows.
  TILEWRIGHT_DEVICE void make(const RowWindow* windows, const TileBits& bits, const Coordinates& kv_tile,
                              int first_key) {
    const int row = device::lane() % rows;
    const RowWindow window = windows[row];
    TILEWRIGHT_UNROLL
    for (int w = 0; w < words; ++w) word_[w][row] = row_word(window, bits, kv_tile, first_key / 64 + w);
  }

  /// After make() and a barrier of the warp: scores of keys that are not seen become -inf.
  TILEWRIGHT_DEVICE void apply(Accumulators<RowTiles, Keys>& scores) const {
    const int lane = device::lane();
    TILEWRIGHT_UNROLL
    for (int w = 0; w < words; ++w) {
      TILEWRIGHT_UNROLL
      for (int octet = 0; octet < rows / 8; ++octet) {
        const Bits<1> seen = Bits<1>{{word_[w][8 * octet + lane / 4]}}.shifted(2 * (lane % 4));
        TILEWRIGHT_UNROLL
        for (int key = 0; key < 64; key += 8) {
          TILEWRIGHT_UNROLL
          for (int e = 0; e < 2; ++e) {
            float& score = scores[octet / 2][8 * w + key / 8][octet % 2 * 2 + e];
            score = seen.test(key + e) ? score : device::negative_infinity;
          }
        }
      }
    }
  }

 private:
  static constexpr int rows = 16 * RowTiles;
  std::uint64_t word_[words][rows];
};

}  // namespace tilewright::kernels
