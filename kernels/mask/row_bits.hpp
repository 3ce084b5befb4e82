// Which keys of a KV tile one query sees, as bits: bit k of the tile's keys, row-major, is set where the query sees
// the key and the key is no padding.
//
// The keys are a product of an interval per axis, so the bits are the intersection of three patterns: planes
// [first, last) of the tile are one run of bits; lines [first, last) of a plane are a run of bits that repeats with
// every plane; keys [first, last) of a line are a run that repeats with every line. A run that repeats is one run,
// rotated to where the word begins in its period, times the word that has a bit at every start of a period:
// products of disjoint runs have no carries.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// The bits of up to 64 * Words keys.
template <int Words>
struct Bits {
  std::uint64_t word[Words];

  /// In device code `key` must be known when the loop is unrolled: words stay in registers.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr bool test(int key) const {
    return (word[key / 64] >> (key % 64) & 1) != 0;
  }

  /// Every word shifted down by 0 <= by < 8. A thread whose keys are 8 j + by + e, 0 <= by + e < 8, as in the
  /// accumulators of mma, tests 8 j + e of them.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr Bits shifted(int by) const {
    Bits bits = *this;
    TILEWRIGHT_UNROLL
    for (int w = 0; w < Words; ++w) bits.word[w] >>= by;
    return bits;
  }
};

/// A pattern of bits that repeats.
struct Period {
  int length;
  int step;              ///< 64 modulo the length: from a word's phase to the next word's
  std::uint64_t starts;  ///< a bit for every multiple of the length below 64

  TILEWRIGHT_HOST_DEVICE static constexpr Period of(int length) {
    Period period{length, 64 % length, 0};
    for (int at = 0; at < 64; at += length) period.starts |= std::uint64_t{1} << at;
    return period;
  }

  /// How far into a period a word begins, without a division.
  [[nodiscard]] TILEWRIGHT_HOST_DEVICE constexpr int phase(int word) const {
    int phase = 0;
    TILEWRIGHT_UNROLL
    for (int w = 0; w < word; ++w) {
      phase += step;
      if (phase >= length) phase -= length;
    }
    return phase;
  }
};

/// What the bits of all rows and KV tiles have in common; made once per block.
struct TileBits {
  int tile[3];
  Period line;
  Period plane;

  TILEWRIGHT_HOST_DEVICE static constexpr TileBits of(const TokenGrid& keys) {
    return {{keys.tile[0], keys.tile[1], keys.tile[2]},
            Period::of(keys.tile[2]),
            Period::of(keys.tile[1] * keys.tile[2])};
  }
};

namespace row_bits_detail {

/// Bits below `end`, which may lie outside the word.
TILEWRIGHT_HOST_DEVICE constexpr std::uint64_t below(int end) {
  if (end <= 0) return 0;
  return end >= 64 ? ~std::uint64_t{0} : ~(~std::uint64_t{0} << end);
}

TILEWRIGHT_HOST_DEVICE constexpr std::uint64_t run(int first, int last) { return below(last) & ~below(first); }

/// Bits [first, last) of every period, 0 <= first <= last <= length, in a word that begins `phase` bits into one.
TILEWRIGHT_HOST_DEVICE constexpr std::uint64_t repeated(const Period& period, int phase, int first, int last) {
  const std::uint64_t begun = run(first - phase, last - phase);
  const std::uint64_t next = run(first - phase + period.length, last - phase + period.length);
  return ((begun | next) & below(period.length)) * period.starts;
}

TILEWRIGHT_HOST_DEVICE constexpr int clamped(int value, int most) {
  return value < 0 ? 0 : value < most ? value : most;
}

}  // namespace row_bits_detail

/// Bits [64 word, 64 word + 64) of a row, so that threads may share the work on a row. Bits beyond the tile are 0.
TILEWRIGHT_HOST_DEVICE constexpr std::uint64_t row_word(const RowWindow& row, const TileBits& bits,
                                                        const Coordinates& kv_tile, int word) {
  using namespace row_bits_detail;
  int first[3] = {};
  int last[3] = {};
  TILEWRIGHT_UNROLL
  for (int i = 0; i < 3; ++i) {
    const int begin = kv_tile.at[i] * bits.tile[i];
    first[i] = clamped(row.first[i] - begin, bits.tile[i]);
    last[i] = clamped(row.last[i] - begin, bits.tile[i]);
  }
  const int start = 64 * word;
  const int line = bits.line.length;
  const int plane = bits.plane.length;
  if (bits.tile[0] * plane == line) {  // one line: a run
    return first[0] < last[0] && first[1] < last[1] ? run(first[2] - start, last[2] - start) : 0;
  }
  return run(first[0] * plane - start, last[0] * plane - start) &
         repeated(bits.plane, bits.plane.phase(word), first[1] * line, last[1] * line) &
         repeated(bits.line, bits.line.phase(word), first[2], last[2]);
}

/// The bits of a row of a Q tile: `row` is its row_window(), `bits` those of the keys' grid.
template <int Words>
TILEWRIGHT_HOST_DEVICE constexpr Bits<Words> row_bits(const RowWindow& row, const TileBits& bits,
                                                      const Coordinates& kv_tile) {
  Bits<Words> of{};
  TILEWRIGHT_UNROLL
  for (int w = 0; w < Words; ++w) of.word[w] = row_word(row, bits, kv_tile, w);
  return of;
}

}  // namespace tilewright::kernels
