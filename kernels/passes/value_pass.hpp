// The last pass: exponentials, normalised, times V, on tensor cores. Of two passes, exponentials are relative to
// the maximum of their KV tile, and are brought to that of all keys on the way.
#pragma once

#include <cstddef>

#include "kernels/attention/softmax.hpp"
#include "kernels/attention/warp_output.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/decode/contiguous_rows.hpp"
#include "kernels/passes/multiply_rows.hpp"
#include "kernels/passes/number_pair.hpp"
#include "kernels/passes/pass_block.hpp"

namespace tilewright::kernels {

/// Grid: x Q tiles, y heads of the batch.
template <class Tiling_, Passes Of>
class ValuePass {
 public:
  using Tiling = Tiling_;
  using T = typename Tiling::T;
  using Params = PassesParams<T>;
  static constexpr int threads = Tiling::threads;
  static constexpr int min_blocks = 2;

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* shared) { ValuePass(params, shared).walk(); }

 private:
  using Weights = SharedTile<Tiling::kv_tile>;
  using Values = SharedTile<Tiling::D>;
  using Output = Accumulators<1, Tiling::D>;

  static constexpr int stages = 3;
  static constexpr int weight_B = Weights::bytes(Tiling::q_tile);
  static constexpr int stage_B = weight_B + Values::bytes(Tiling::kv_tile);
  static_assert(stages * stage_B >= Values::bytes(Tiling::q_tile), "the output is staged where the tiles were");

 public:
  static constexpr int shared_B = stages * stage_B;

 private:
  TILEWRIGHT_DEVICE ValuePass(const Params& params, std::byte* shared)
      : params_(params), block_(params), shared_(shared) {}

  TILEWRIGHT_DEVICE void walk() {
    TILEWRIGHT_UNROLL
    for (int tile = 0; tile < stages - 1; ++tile) load(tile);
    TILEWRIGHT_UNROLL
    for (int half = 0; half < 2; ++half) find_denominator(half);
    Output output = {};
    for (int tile = 0; tile < block_.tiles; ++tile) {
      device::cp_async_wait<stages - 2>();
      device::sync_block();  // the tile is there for all, and nobody reads the one before it any more
      load(tile + stages - 1);
      multiply(tile, output);
    }
    device::cp_async_wait<0>();
    device::sync_block();
    store(output);
  }

  TILEWRIGHT_DEVICE std::byte* stage(int tile) const {
    const int at = tile % stages * stage_B;
    return shared_ + at;
  }

  /// Starts the copy of a tile of exponentials and of V, and closes its group, which is empty behind the last one.
  TILEWRIGHT_DEVICE void load(int tile) {
    if (tile < block_.tiles) {
      const int key = tile * Tiling::kv_tile;
      const int thread = device::thread_index();
      const auto stride = static_cast<int>(score_stride(params_.keys));
      load_rows<Tiling::q_tile, Tiling::kv_tile, threads>(stage(tile),
                                                          params_.scores + block_.first_row(params_) * stride + key,
                                                          {stride, block_.queries, stride - key}, thread);
      load_rows<Tiling::kv_tile, Tiling::D, threads>(stage(tile) + weight_B,
                                                     params_.v + (block_.kv_head * params_.keys + key) * Tiling::D,
                                                     {Tiling::D, params_.keys - key, Tiling::D}, thread);
    }
    device::cp_async_commit();
  }

  TILEWRIGHT_DEVICE static int row_in_block(int half) {
    return device::warp() * 16 + device::lane() / 4 + 8 * half;
  }

  [[nodiscard]] TILEWRIGHT_DEVICE std::int64_t statistics(int tile, int half) const {
    return block_.template statistics<Of>(params_, tile) + row_in_block(half);
  }

  [[nodiscard]] TILEWRIGHT_DEVICE bool is_row(int half) const { return row_in_block(half) < block_.queries; }

  TILEWRIGHT_DEVICE void find_denominator(int half) {
    if constexpr (Of == Passes::two) {
      const float greatest = greatest_maximum(half);
      denominator_[half] = greatest * log2_e + device::log2_approx(sum_of_tiles(half, greatest));
    } else {
      denominator_[half] = is_row(half) ? 1 / params_.sums[statistics(0, half)] : 0;
    }
  }

  /// Of a row of this thread; the four lanes of a row take a quarter of the tiles each.
  [[nodiscard]] TILEWRIGHT_DEVICE float greatest_maximum(int half) const {
    float greatest = device::negative_infinity;
    for (int tile = device::lane() % 4; is_row(half) && tile < block_.tiles; tile += 4) {
      greatest = fmaxf(greatest, params_.maxima[statistics(tile, half)]);
    }
    greatest = fmaxf(greatest, device::shuffle_xor(greatest, 1));
    return fmaxf(greatest, device::shuffle_xor(greatest, 2));
  }

  [[nodiscard]] TILEWRIGHT_DEVICE float sum_of_tiles(int half, float greatest) const {
    float sum = 0;
    for (int tile = device::lane() % 4; is_row(half) && tile < block_.tiles; tile += 4) {
      const std::int64_t at = statistics(tile, half);
      sum += device::exp2_approx((params_.maxima[at] - greatest) * log2_e) * params_.sums[at];
    }
    sum += device::shuffle_xor(sum, 1);
    return sum + device::shuffle_xor(sum, 2);
  }

  /// What an exponential of the tile is multiplied by to become a weight.
  [[nodiscard]] TILEWRIGHT_DEVICE float factor(int tile, int half) const {
    if (Of == Passes::three) return denominator_[half];
    if (!is_row(half)) return 0;
    return device::exp2_approx(params_.maxima[statistics(tile, half)] * log2_e - denominator_[half]);
  }

  TILEWRIGHT_DEVICE void multiply(int tile, Output& output) const {
    const float factors[2] = {factor(tile, 0), factor(tile, 1)};
    const std::byte* weights = stage(tile) + Weights::bytes(device::warp() * 16);
    const int first = Weights::offset(device::lane() % 16, device::lane() / 16);
    const auto get_weights = [&](int step, std::uint32_t(&a)[1][4]) {
      device::ldmatrix_x4(a[0], weights + Weights::along(first, 2 * step));
      TILEWRIGHT_UNROLL
      for (int part = 0; part < 4; ++part) {
        a[0][part] = scaled<T>(a[0][part], factors[part % 2], factors[part % 2]);
      }
    };
    multiply_rows<T, Tiling::kv_tile / 16>(output, get_weights, stage(tile) + weight_B);
  }

  TILEWRIGHT_DEVICE void store(const Output& output) const {
    const int first = device::warp() * 16;
    std::byte* staged = shared_ + Values::bytes(first);
    store_accumulators<T>(output, staged);
    device::sync_warp();
    write_rows<16, Tiling::D, 32>(params_.o + (block_.first_row(params_) + first) * Tiling::D, staged,
                                  {Tiling::D, block_.queries - first, Tiling::D}, device::lane());
  }

  const Params& params_;
  PassBlock<Tiling> block_;
  std::byte* shared_;
  /// In this thread's rows, three passes: 1 / the sum of exponentials; two: log2 of the sum of exponentials that
  /// are relative to 0.
  float denominator_[2];
};

}  // namespace tilewright::kernels
