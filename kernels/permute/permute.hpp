// Token permutation: from natural order to the order where the tokens of every tile lie together, and back
// (kernels/mask/token_grid.hpp says where which token lies). Nothing but memory: 16 bytes at a time.
//
// Source: A. Hassani et al., "Generalized Neighborhood Attention", 2025 (token permutation).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

enum class Permutation { to_tiles, to_natural };

/// Tensors [heads of the batch, tokens of memory, D] of 16-bit numbers. To tiles, padding becomes zeros, so that a
/// kernel may copy whole tiles; back, it is left out.
struct PermuteParams {
  const void* from;
  void* to;
  TokenGrid natural, permuted;  ///< of the same tokens, tiles and dilation
};

/// A block for every tile. Grid: x tiles of the group that has most, y dilation groups, z heads of the batch.
template <int D, Permutation Order>
class Permute {
 public:
  using Params = PermuteParams;
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 4;

  static Grid grid(const PermuteParams& params, int heads) {
    return {most_tiles(params.natural), group_count(params.natural), heads};
  }

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* /*shared*/) { Permute(params).copy(); }

 private:
  static constexpr int vectors = D / 8;  ///< of a token
  static constexpr int at_a_time = 4;    ///< vectors of a thread on their way, so that memory stays busy

  /// Where a vector comes from and goes to, in vectors.
  struct Move {
    std::int64_t from, to;
    bool real, needed;
  };

  TILEWRIGHT_DEVICE explicit Permute(const Params& params)
      : params_(params),
        natural_(group_of(params.natural, device::block_index().y)),
        permuted_(group_of(params.permuted, device::block_index().y)),
        tile_(tile_of_block(natural_)) {}

  /// Memory in tiles has room for as many tiles as the group with most of them, in every group.
  TILEWRIGHT_DEVICE static Coordinates tile_of_block(const TokenGrid& grid) {
    int most[3];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 3; ++i) {
      most[i] = ceil_divide(ceil_divide(grid.whole_extent[i], grid.dilation[i]), grid.tile[i]);
    }
    return coordinates_of(device::block_index().x, most);
  }

  TILEWRIGHT_DEVICE void copy() const {
    const auto* from = static_cast<const device::Vec16*>(params_.from);
    auto* to = static_cast<device::Vec16*>(params_.to);
    const int count = tile_size(natural_) * vectors;
    for (int first = device::thread_index(); first < count; first += at_a_time * threads) {
      device::Vec16 loaded[at_a_time] = {};
      Move moves[at_a_time];
      TILEWRIGHT_UNROLL
      for (int i = 0; i < at_a_time; ++i) {
        moves[i] = move(first + i * threads, count);
        if (moves[i].real) loaded[i] = device::load16(from + moves[i].from);
      }
      TILEWRIGHT_UNROLL
      for (int i = 0; i < at_a_time; ++i) {
        if (moves[i].needed) device::store16(to + moves[i].to, loaded[i]);
      }
    }
  }

  [[nodiscard]] TILEWRIGHT_DEVICE Move move(int index, int count) const {
    const Coordinates row = row_coordinates(natural_, index / vectors);
    const std::int64_t natural = place(natural_, row) * vectors + index % vectors;
    const std::int64_t permuted = place(permuted_, row) * vectors + index % vectors;
    const bool real = index < count && is_real(natural_, tile_, row);
    if (Order == Permutation::to_tiles) return {natural, permuted, real, index < count};
    return {permuted, natural, real, real};
  }

  [[nodiscard]] TILEWRIGHT_DEVICE std::int64_t place(const TokenGrid& grid, const Coordinates& row) const {
    return std::int64_t{device::block_index().z} * grid.memory_tokens + token_at(grid, tile_, row);
  }

  const Params& params_;
  TokenGrid natural_, permuted_;
  Coordinates tile_;
};

}  // namespace tilewright::kernels
