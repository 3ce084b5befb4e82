// Partial results of rows over parts of the keys, and how they become the result. Each part is normalised by
// itself, and counts by its sum of exponentials: exp(its lse - the greatest lse). T. Dao, D. Haziza, F. Massa, G.
// Sizov, "Flash-Decoding for long-context inference", 2023.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/decode/partials.hpp"
#include "kernels/decode/problem.hpp"
#include "kernels/decode/walk.hpp"
#include "kernels/device/memory.hpp"

namespace tilewright::kernels {

/// Eight columns of a row over some of the keys.
struct RowPart {
  float lse = device::negative_infinity;
  float values[8] = {};
};

/// Parts of one row, added in the order of the calls.
class RowSum {
 public:
  /// `highest`: the greatest lse of all parts that will be added.
  TILEWRIGHT_DEVICE explicit RowSum(float highest) : highest_(highest) {}

  TILEWRIGHT_DEVICE void add(const RowPart& part) {
    if (part.lse == device::negative_infinity) return;
    const float weight = device::exp2_approx((part.lse - highest_) * log2_e);
    sum_ += weight;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 8; ++i) values_[i] += weight * part.values[i];
  }

  [[nodiscard]] TILEWRIGHT_DEVICE RowPart normalised() const {
    RowPart result;
    if (sum_ == 0) return result;
    result.lse = highest_ + device::log2_approx(sum_) * ln_2;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 8; ++i) result.values[i] = values_[i] / sum_;
    return result;
  }

 private:
  float highest_;
  float sum_ = 0;
  float values_[8] = {};
};

TILEWRIGHT_DEVICE void load8(float (&to)[8], const float* from) {
  const device::Vec16 halves[2] = {device::load16(from), device::load16(from + 4)};
  TILEWRIGHT_UNROLL
  for (int i = 0; i < 8; ++i) to[i] = device::float_of_bits(halves[i / 4].w[i % 4]);
}

TILEWRIGHT_DEVICE void store8(float* to, const float (&from)[8]) {
  device::Vec16 halves[2];
  TILEWRIGHT_UNROLL
  for (int i = 0; i < 8; ++i) halves[i / 4].w[i % 4] = device::bits_of(from[i]);
  device::store16(to, halves[0]);
  device::store16(to + 4, halves[1]);
}

/// Takes rows to a slot.
template <class Tiling>
struct ToSlot {
  Partials partials;
  std::int64_t slot;

  TILEWRIGHT_DEVICE void operator()(int row, int column, const RowPart& part) const {
    const std::int64_t at = slot * Tiling::rows + row;
    store8(partials.values + at * Tiling::D + column, part.values);
    if (column == 0) partials.lse[at] = part.lse;
  }
};

/// Takes rows to O and lse.
template <class Tiling>
struct ToOutput {
  using T = typename Tiling::T;
  T* o;
  float* lse;

  TILEWRIGHT_DEVICE ToOutput(const DecodeParams<T>& params, const DecodeOutput& output) {
    const std::int64_t row = output.kv_head * rows_of(params) + output.first_row;
    o = params.o + row * Tiling::D;
    lse = params.lse == nullptr ? nullptr : params.lse + row;
  }

  TILEWRIGHT_DEVICE void operator()(int row, int column, const RowPart& part) const {
    device::Vec16 stored;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 8; i += 2) stored.w[i / 2] = device::pack2<T>(part.values[i], part.values[i + 1]);
    const int at = row * Tiling::D + column;
    device::store16(o + at, stored);
    if (column == 0 && lse != nullptr) lse[row] = part.lse;
  }
};

/// The states of the block's warps on their way into one result.
template <class Tiling>
class WarpMerge {
 public:
  TILEWRIGHT_DEVICE explicit WarpMerge(std::byte* shared)
      : values_(reinterpret_cast<float*>(shared)), lse_(values_ + value_count) {}

  /// Gives sink(row, column, RowPart) the first `rows` rows, eight columns at a time. All threads of the block call
  /// it; it synchronizes before it touches shared memory, and not after.
  template <class Sink>
  TILEWRIGHT_DEVICE void run(const DecodeState<Tiling>& state, int rows, const Sink& sink) {
    constexpr int chunks = Tiling::D / 8;
    TILEWRIGHT_UNROLL
    for (int tile = 0; tile < Tiling::row_tiles; ++tile) {
      device::sync_block();
      put(state, tile);
      device::sync_block();
      for (int i = device::thread_index(); i < 16 * chunks; i += Tiling::threads) {
        const int row = i / chunks;
        const int column = i % chunks * 8;
        if (16 * tile + row < rows) sink(16 * tile + row, column, take(row, column));
      }
    }
  }

 private:
  /// The eight rows that a warp writes at a time begin eight banks apart.
  static constexpr int stride = Tiling::D + 8;
  static constexpr int rows = Tiling::warps * 16;
  static constexpr int value_count = rows * stride;
  static_assert(rows * (stride + 1) * 4 <= Tiling::shared_B);

  TILEWRIGHT_DEVICE void put(const DecodeState<Tiling>& state, int tile) {
    const int lane = device::lane();
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) {
      const int row = device::warp() * 16 + lane / 4 + 8 * half;
      TILEWRIGHT_UNROLL
      for (int j = 0; j < Tiling::D / 8; ++j) {
        const int at = row * stride + 8 * j + lane % 4 * 2;
        values_[at] = state.values[tile][j][2 * half];
        values_[at + 1] = state.values[tile][j][2 * half + 1];
      }
      if (lane % 4 == 0) lse_[row] = state.softmax.lse(tile, half);
    }
  }

  TILEWRIGHT_DEVICE RowPart take(int row, int column) const {
    float highest = device::negative_infinity;
    TILEWRIGHT_UNROLL
    for (int w = 0; w < Tiling::warps; ++w) highest = fmaxf(highest, lse_[w * 16 + row]);
    RowSum sum(highest);
    TILEWRIGHT_UNROLL
    for (int w = 0; w < Tiling::warps; ++w) {
      const int at = w * 16 + row;
      RowPart part;
      part.lse = lse_[at];
      load8(part.values, &values_[at * stride + column]);
      sum.add(part);
    }
    return sum.normalised();
  }

  float* values_;  ///< [warps][16][stride]
  float* lse_;     ///< [warps][16]
};

/// Eight columns of a row from the slots slot_of(0) .. slot_of(count - 1), added in this order.
template <class Tiling, class SlotOf>
TILEWRIGHT_DEVICE RowPart merge_slots(const Partials& partials, int row, int column, int count,
                                      const SlotOf& slot_of) {
  constexpr int at_a_time = 8;  // loads on the way together: their latency is what merging costs
  float highest = device::negative_infinity;
  for (int i = 0; i < count; ++i) highest = fmaxf(highest, partials.lse[slot_of(i) * Tiling::rows + row]);
  RowSum sum(highest);
  for (int first = 0; first < count; first += at_a_time) {
    RowPart parts[at_a_time];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < at_a_time; ++i) {
      if (first + i >= count) continue;
      const std::int64_t at = slot_of(first + i) * Tiling::rows + row;
      parts[i].lse = partials.lse[at];
      load8(parts[i].values, partials.values + at * Tiling::D + column);
    }
    TILEWRIGHT_UNROLL
    for (const RowPart& part : parts) sum.add(part);
  }
  return sum.normalised();
}

}  // namespace tilewright::kernels
