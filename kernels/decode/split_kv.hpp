// Split-KV decoding: the keys of every output are cut into equal splits, a thread block for each, and a second
// kernel merges what they found. T. Dao, D. Haziza, F. Massa, G. Sizov, "Flash-Decoding for long-context
// inference", 2023.
#pragma once

#include <cstddef>

#include "kernels/decode/merge.hpp"
#include "kernels/decode/schedule.hpp"
#include "kernels/decode/walk.hpp"

namespace tilewright::kernels {

template <class T>
struct SplitKvParams {
  DecodeParams<T> decode;
  Partials partials;  ///< slots: [outputs][splits]; of one split none, for it writes the output itself
};

/// Grid: x outputs, y splits.
template <class Tiling_>
struct SplitKv {
  using Tiling = Tiling_;
  using Params = SplitKvParams<typename Tiling::T>;
  static constexpr int threads = Tiling::threads;
  static constexpr int shared_B = Tiling::shared_B;
  static constexpr int min_blocks = 2;

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* shared) {
    const int splits = device::grid_size().y;
    const int split = device::block_index().y;
    const int index = device::block_index().x;
    const DecodeOutput output = output_at<Tiling::rows>(params.decode, index);
    const int tiles = tiles_of(length_of(params.decode, output.sequence), Tiling::tile_keys);
    const TileRange range = share_of(split, splits, tiles);
    DecodeState<Tiling> state(params.decode.scale);
    DecodeWalk<Tiling> walk(params.decode, output, shared);
    walk.run(static_cast<int>(range.begin), static_cast<int>(range.end), state);
    WarpMerge<Tiling> merge(shared);
    if (splits == 1) {
      merge.run(state, output.rows, ToOutput<Tiling>(params.decode, output));
    } else {
      const std::int64_t slot = static_cast<std::int64_t>(index) * splits + split;
      merge.run(state, output.rows, ToSlot<Tiling>{params.partials, slot});
    }
  }
};

/// Merges the splits. Grid: x outputs, y `row_blocks`.
template <class Tiling_>
struct SplitKvMerge {
  using Tiling = Tiling_;
  struct Params {
    SplitKvParams<typename Tiling::T> of;
    int splits;
  };
  static constexpr int threads = 128;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 4;
  static constexpr int rows_per_block = threads / (Tiling::D / 8);
  static constexpr int row_blocks = Tiling::rows / rows_per_block;

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* /*shared*/) {
    const DecodeParams<typename Tiling::T>& decode = params.of.decode;
    const std::int64_t index = device::block_index().x;
    const DecodeOutput output = output_at<Tiling::rows>(decode, static_cast<int>(index));
    const int thread = device::thread_index();
    const int row = device::block_index().y * rows_per_block + thread / (Tiling::D / 8);
    const int column = thread % (Tiling::D / 8) * 8;
    if (row >= output.rows) return;
    const auto slot_of = [&](int split) { return index * params.splits + split; };
    const RowPart merged = merge_slots<Tiling>(params.of.partials, row, column, params.splits, slot_of);
    ToOutput<Tiling>(decode, output)(row, column, merged);
  }
};

}  // namespace tilewright::kernels
