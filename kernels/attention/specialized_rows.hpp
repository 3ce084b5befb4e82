// Rows of a Q tile in the warp-specialised kernel: which tokens they are, what they see, and where their output
// goes. Every warp has 16 of them, in a table in shared memory that it alone uses.
#pragma once

#include <cstdint>

#include "kernels/attention/params.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/attention/warpgroup_output.hpp"
#include "kernels/attention/warpgroup_softmax.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/row_bits.hpp"

namespace tilewright::kernels {

inline constexpr int rows_of_warp = 16;

/// Fills the warp's table, `rows`, which begins at row `first` of the Q tile; without windows for what has no mask.
template <bool Windows, class T>
TILEWRIGHT_DEVICE void place_rows(const AttentionParams<T>& attention, const Announcement& work, int first,
                                  RowPlace* rows) {
  device::sync_warp();  // all lanes are done with the last tile's
  if (device::lane() < rows_of_warp) {
    const MaskScene scene = scene_of(attention.queries, attention.keys, attention.masks, work.head, work.group);
    const Coordinates tile = tile_coordinates(scene.queries, work.q_tile);
    const Coordinates row = row_coordinates(scene.queries, first + device::lane());
    const bool real = is_real(scene.queries, tile, row);
    RowPlace& place = rows[device::lane()];
    place.token = real ? static_cast<int>(token_at(scene.queries, tile, row)) : -1;
    if constexpr (Windows) place.window = row_window(scene, tile, row);
  }
  device::sync_warp();
}

/// The word of another lane.
TILEWRIGHT_DEVICE std::uint64_t shuffle_word(std::uint64_t word, int from_lane) {
  const auto half = [&](int shift) {
    return static_cast<std::uint32_t>(device::shuffle(static_cast<int>(word >> shift), from_lane));
  };
  const std::uint64_t low = half(0);
  return std::uint64_t{half(32)} << 32 | low;
}

/// Masks the scores of `Keys` keys that the four lanes of a quad hold of their two rows. Each lane makes a part of
/// the quad's words of 64 keys, before the scores are there; then they give them to each other.
template <int Keys>
class ScoreMask {
 public:
  TILEWRIGHT_DEVICE void make(const RowPlace* rows, const TileBits& bits, const Coordinates& kv_tile) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < made_by_lane; ++i) {
      const int index = device::lane() % 4 + 4 * i;
      const int word = index < all ? index : 0;
      made_[i] = row_word(rows[device::lane() / 4 + 8 * (word / of_row)].window, bits, kv_tile, word % of_row);
    }
  }

  /// Scores of keys that are not seen become -inf.
  TILEWRIGHT_DEVICE void apply(float (&scores)[Keys / 2]) const {
    const int quad = device::lane() % 4;
    TILEWRIGHT_UNROLL
    for (int index = 0; index < all; ++index) {
      const std::uint64_t word = shuffle_word(made_[index / 4], device::lane() - quad + index % 4);
      const Bits<1> seen = Bits<1>{{word}}.shifted(2 * quad);
      const int row = index / of_row;
      const int first_key = 64 * (index % of_row);
      TILEWRIGHT_UNROLL
      for (int key = 0; key < 64 && first_key + key < Keys; key += 8) {
        const int at = (first_key + key) / 2 + 2 * row;
        scores[at] = seen.test(key) ? scores[at] : device::negative_infinity;
        scores[at + 1] = seen.test(key + 1) ? scores[at + 1] : device::negative_infinity;
      }
    }
  }

 private:
  static constexpr int of_row = (Keys + 63) / 64;
  static constexpr int all = 2 * of_row;
  static constexpr int made_by_lane = (all + 3) / 4;
  std::uint64_t made_[made_by_lane] = {};
};

/// Writes the warp's rows of O and of the log-sum-exp; `output` are accumulators, `softmax` is finished.
template <class T, int Count>
TILEWRIGHT_DEVICE void store_rows(const AttentionParams<T>& attention, const Announcement& work,
                                  const RowPlace* rows, const float (&output)[Count],
                                  const OnlineSoftmax<T>& softmax) {
  constexpr int head_dim = 2 * Count;
  const std::int64_t head = std::int64_t{work.batch} * attention.heads + work.head;
  const int quad = device::lane() % 4;
  TILEWRIGHT_UNROLL
  for (int half = 0; half < 2; ++half) {
    const int in_head = rows[device::lane() / 4 + 8 * half].token;
    const std::int64_t token = head * attention.queries.memory_tokens + in_head;
    device::OutputOf<T>* const row = in_head < 0 ? nullptr : attention.o + token * head_dim;
    float factor = softmax.normaliser(half);
    if constexpr (sizeof(T) == 1) factor *= attention.v_scale;
    store_row(row, output, half, factor);
    if (attention.lse != nullptr && in_head >= 0 && quad == 0) attention.lse[token] = softmax.log_sum(half);
  }
}

}  // namespace tilewright::kernels
