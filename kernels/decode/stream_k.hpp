// Stream-K decoding: a fixed grid of thread blocks, each with an equal share of all KV tiles of all outputs one
// after another, so that sequences of unlike lengths keep all of the GPU busy to the end. What a block finds of an
// output that it does not walk alone goes to a slot, and whoever finishes an output last merges its slots, in their
// order: nobody waits for another block, and the result does not depend on who was last.
//
// R. Sanovar et al., "Lean Attention: Hardware-Aware Scalable Attention Mechanism for the Decode-Phase of
// Transformers", 2024 (there, the first block of an output waits for the others and merges).
#pragma once

#include <cstddef>

#include "kernels/decode/merge.hpp"
#include "kernels/decode/schedule.hpp"
#include "kernels/decode/walk.hpp"

namespace tilewright::kernels {

template <class T>
struct StreamKParams {
  DecodeParams<T> decode;
  Partials
      partials;   ///< two slots per block: of the output that its share begins in, and of the one that it ends in
  int* finished;  ///< per output: blocks that have filled their slot. Zero before the launch, and after it
};

/// The tiles of one output, among all tiles of the launch.
struct OutputTiles {
  int index;     ///< of the output
  int sequence;  ///< it belongs to
  int begin, end;
};

/// The tiles of a launch: sequences one after another, and for each its outputs. A launch has fewer than 2^31
/// tiles.
template <class Tiling>
struct DecodeTiles {
  using Params = DecodeParams<typename Tiling::T>;

  TILEWRIGHT_DEVICE static int outputs_per_sequence(const Params& params) {
    return params.kv_heads * row_groups_of<Tiling::rows>(params);
  }

  /// Each lane takes a sequence of its own. All lanes of a warp come together, here and below.
  TILEWRIGHT_DEVICE static int tiles_per_output(const Params& params, int sequence) {
    return sequence < params.sequences ? tiles_of(length_of(params, sequence), Tiling::tile_keys) : 0;
  }

  TILEWRIGHT_DEVICE static int count(const Params& params) {
    int sum = 0;
    for (int first = 0; first < params.sequences; first += 32)
      sum += tiles_per_output(params, first + device::lane());
    TILEWRIGHT_UNROLL
    for (int mask = 1; mask < 32; mask *= 2) sum += device::shuffle_xor(sum, mask);
    return sum * outputs_per_sequence(params);
  }

  /// The output that `tile` belongs to.
  TILEWRIGHT_DEVICE static OutputTiles at(const Params& params, int tile) {
    const int outputs = outputs_per_sequence(params);
    int before = 0;  // tiles of the sequences before `first`
    for (int first = 0;; first += 32) {
      const int mine = tiles_per_output(params, first + device::lane());
      const int end = before + prefix_sum(mine * outputs);
      const int last_end = device::shuffle(end, 31);
      if (tile < last_end) {
        const int begin = end - mine * outputs;
        const int lane = greatest(begin <= tile && tile < end ? device::lane() : 0);
        return within(tile, first + lane, device::shuffle(begin, lane), device::shuffle(mine, lane), outputs);
      }
      before = last_end;
    }
  }

 private:
  TILEWRIGHT_DEVICE static OutputTiles within(int tile, int sequence, int sequence_begin, int tiles, int outputs) {
    const int output = (tile - sequence_begin) / tiles;
    const int begin = sequence_begin + output * tiles;
    return {sequence * outputs + output, sequence, begin, begin + tiles};
  }

  TILEWRIGHT_DEVICE static int prefix_sum(int value) {
    TILEWRIGHT_UNROLL
    for (int distance = 1; distance < 32; distance *= 2) {
      const int lane = device::lane();
      const int other = device::shuffle(value, lane >= distance ? lane - distance : lane);
      if (lane >= distance) value += other;
    }
    return value;
  }

  TILEWRIGHT_DEVICE static int greatest(int value) {
    TILEWRIGHT_UNROLL
    for (int mask = 1; mask < 32; mask *= 2) {
      const int other = device::shuffle_xor(value, mask);
      value = other > value ? other : value;
    }
    return value;
  }
};

/// Grid: x blocks, as many as run at a time.
template <class Tiling_>
struct StreamK {
  using Tiling = Tiling_;
  using T = typename Tiling::T;
  using Params = StreamKParams<T>;
  static constexpr int threads = Tiling::threads;
  static constexpr int shared_B = Tiling::shared_B + 16;  ///< and whether this block is the last
  static constexpr int min_blocks = 2;

  TILEWRIGHT_DEVICE static void run(const Params& params, std::byte* shared) {
    const int total = DecodeTiles<Tiling>::count(params.decode);
    const int blocks = device::grid_size().x;
    const Shares shares{blocks < total ? blocks : total, total};
    const int block = device::block_index().x;
    if (block >= shares.blocks) return;
    const TileRange share = shares.of(block);
    for (int tile = static_cast<int>(share.begin); tile < share.end;) {
      const OutputTiles tiles = DecodeTiles<Tiling>::at(params.decode, tile);
      const std::int64_t end = share.end < tiles.end ? share.end : tiles.end;
      segment(params, shares, tiles, {tile, end}, shared);
      tile = static_cast<int>(end);
    }
  }

 private:
  /// How the tiles are divided. None of the blocks is without tiles.
  struct Shares {
    int blocks, total;
    [[nodiscard]] TILEWRIGHT_DEVICE TileRange of(int block) const { return share_of(block, blocks, total); }
    [[nodiscard]] TILEWRIGHT_DEVICE int owner(int tile) const {
      return static_cast<int>(owner_of(tile, blocks, total));
    }
    /// Where `block` puts its part of an output: in its second slot if its share begins before the output.
    [[nodiscard]] TILEWRIGHT_DEVICE std::int64_t slot(int block, const OutputTiles& tiles) const {
      return 2 * block + (of(block).begin < tiles.begin ? 1 : 0);
    }
  };

  /// This block's part of one output.
  TILEWRIGHT_DEVICE static void segment(const Params& params, const Shares& shares, const OutputTiles& tiles,
                                        const TileRange& part, std::byte* shared) {
    const DecodeOutput output = output_at<Tiling::rows>(params.decode, tiles.index);
    device::sync_block();  // nobody still merges the output before
    DecodeState<Tiling> state(params.decode.scale);
    DecodeWalk<Tiling> walk(params.decode, output, shared);
    walk.run(static_cast<int>(part.begin) - tiles.begin, static_cast<int>(part.end) - tiles.begin, state);
    WarpMerge<Tiling> merge(shared);
    const ToOutput<Tiling> to_output(params.decode, output);
    if (part.begin == tiles.begin && part.end == tiles.end) {
      merge.run(state, output.rows, to_output);
      return;
    }
    const std::int64_t slot = shares.slot(device::block_index().x, tiles);
    merge.run(state, output.rows, ToSlot<Tiling>{params.partials, slot});
    finish(params, shares, tiles, output.rows, to_output, reinterpret_cast<int*>(shared + Tiling::shared_B));
  }

  TILEWRIGHT_DEVICE static void finish(const Params& params, const Shares& shares, const OutputTiles& tiles,
                                       int rows, const ToOutput<Tiling>& to_output, int* is_last) {
    const int first = shares.owner(tiles.begin);
    const int parts = shares.owner(tiles.end - 1) - first + 1;
    device::thread_fence();
    device::sync_block();  // all of the slot is written before it counts
    if (device::thread_index() == 0) {
      *is_last = device::atomic_add(&params.finished[tiles.index], 1) == parts - 1 ? 1 : 0;
    }
    device::sync_block();
    if (*is_last == 0) return;
    device::thread_fence();  // the others' slots are read after their count
    const auto slot_of = [&](int part) { return shares.slot(first + part, tiles); };
    constexpr int chunks = Tiling::D / 8;
    for (int i = device::thread_index(); i < rows * chunks; i += threads) {
      const int row = i / chunks;
      const int column = i % chunks * 8;
      to_output(row, column, merge_slots<Tiling>(params.partials, row, column, parts, slot_of));
    }
    if (device::thread_index() == 0) params.finished[tiles.index] = 0;
  }
};

}  // namespace tilewright::kernels
