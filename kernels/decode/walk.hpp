// The walk over the KV tiles of one output by one thread block: online softmax with the rows of the output as the
// 16 rows of mma tiles.
//
// Every warp takes its own keys of each tile, through its own ring of buffers in shared memory, and keeps a softmax
// and an output of its own until the end. So warps never wait for each other while they walk, and a block has
// Stages - 1 of its Stages buffers on the way at any time. That is what decoding is about: it does 2 * rows
// operations per byte of K and V, far below what a GPU can do per byte, so bytes in flight are its speed. By
// Little's law an H200 (4.8 TB/s over 132 multiprocessors, somewhat under a microsecond of latency under load)
// needs about 32 KiB in flight on each; two blocks of the tilings below have 128 KiB.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/softmax.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/decode/contiguous_rows.hpp"
#include "kernels/decode/problem.hpp"
#include "kernels/device/synchronize.hpp"

namespace tilewright::kernels {

/// RowTiles mma tiles of rows; a KV tile is `warps` * WarpKeys keys.
template <class T_, int D_, int RowTiles, int WarpKeys, int Stages>
struct DecodeTiling {
  using T = T_;
  static constexpr int D = D_;
  static constexpr int row_tiles = RowTiles;
  static constexpr int rows = 16 * RowTiles;
  static constexpr int warp_keys = WarpKeys;
  static constexpr int stages = Stages;
  static constexpr int warps = 4;
  static constexpr int threads = 32 * warps;
  static constexpr int tile_keys = warps * warp_keys;

  static constexpr int queries_B = SharedTile<D>::bytes(rows);
  static constexpr int half_buffer_B = SharedTile<D>::bytes(warp_keys);  ///< K or V of a warp's keys of one tile
  static constexpr int ring_B = stages * 2 * half_buffer_B;
  static constexpr int shared_B = queries_B + warps * ring_B;

  static_assert(warp_keys % 16 == 0 && stages >= 2);
};

/// What a warp knows of the rows of an output.
template <class Tiling>
struct DecodeState {
  using Values = Accumulators<Tiling::row_tiles, Tiling::D>;

  TILEWRIGHT_DEVICE explicit DecodeState(float scale) : softmax(scale, 0) {}

  Softmax<Tiling::row_tiles> softmax;
  Values values = {};
};

template <class Tiling>
class DecodeWalk {
 public:
  using T = typename Tiling::T;
  using State = DecodeState<Tiling>;

  TILEWRIGHT_DEVICE DecodeWalk(const DecodeParams<T>& params, const DecodeOutput& output, std::byte* shared)
      : length_(length_of(params, output.sequence)),
        rows_(output.rows),
        queries_(shared),
        ring_(shared + Tiling::queries_B + device::warp() * Tiling::ring_B) {
    q_ = params.q + (output.kv_head * rows_of(params) + output.first_row) * Tiling::D;
    k_ = params.k + output.kv_head * params.keys * Tiling::D;
    v_ = params.v + output.kv_head * params.keys * Tiling::D;
    find_visible(params, output.first_row);
  }

  /// Adds tiles [first, last) to a state as it was made; its values come normalised. All threads of the block call
  /// it, and synchronize before they use `shared` otherwise.
  TILEWRIGHT_DEVICE void run(int first, int last, State& state) {
    load_rows<Tiling::rows, Tiling::D, Tiling::threads>(queries_, q_, {Tiling::D, rows_, Tiling::D},
                                                        device::thread_index());
    device::cp_async_commit();
    TILEWRIGHT_UNROLL
    for (int stage = 0; stage < Tiling::stages - 1; ++stage) load(first + stage, last, stage);
    device::cp_async_wait<Tiling::stages - 1>();
    device::sync_block();
    const Queries queries(queries_);
    int buffer = 0;
    for (int tile = first; tile < last; ++tile) {
      device::cp_async_wait<Tiling::stages - 2>();
      device::sync_warp();  // what every lane copied is there, and no lane still reads the buffer before this one
      load(tile + Tiling::stages - 1, last, buffer == 0 ? Tiling::stages - 1 : buffer - 1);
      step(tile, buffer, queries, state);
      buffer = buffer == Tiling::stages - 1 ? 0 : buffer + 1;
    }
    state.softmax.finish(state.values);
  }

 private:
  /// Queries stay in registers where these are few; else they are read from shared memory at every tile.
  using Queries = QueryOperand<Tiling::row_tiles, Tiling::D, Tiling::row_tiles * Tiling::D <= 128>;
  using Scores = Accumulators<Tiling::row_tiles, Tiling::warp_keys>;

  TILEWRIGHT_DEVICE void find_visible(const DecodeParams<T>& params, int first_row) {
    seen_by_all_ = params.causal ? length_ - params.queries + 1 : length_;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 2 * Tiling::row_tiles; ++i) {
      const int query = (first_row + 8 * i + device::lane() / 4) % params.queries;
      visible_[i / 2][i % 2] = params.causal ? seen_by_all_ + query : length_;
    }
  }

  TILEWRIGHT_DEVICE static int first_key_of(int tile) {
    return tile * Tiling::tile_keys + device::warp() * Tiling::warp_keys;
  }

  TILEWRIGHT_DEVICE std::byte* keys_in(int buffer) const { return ring_ + buffer * 2 * Tiling::half_buffer_B; }
  TILEWRIGHT_DEVICE std::byte* values_in(int buffer) const { return keys_in(buffer) + Tiling::half_buffer_B; }

  /// Starts the copy of this warp's keys of a tile, and closes the group of copies, also where there is no such
  /// tile.
  TILEWRIGHT_DEVICE void load(int tile, int last, int buffer) {
    if (tile < last) {
      const int key = first_key_of(tile);
      const std::int64_t at = static_cast<std::int64_t>(key) * Tiling::D;
      const int lane = device::lane();
      const RowSpan span{Tiling::D, length_ - key, Tiling::D};
      load_rows<Tiling::warp_keys, Tiling::D, 32>(keys_in(buffer), k_ + at, span, lane);
      load_rows<Tiling::warp_keys, Tiling::D, 32>(values_in(buffer), v_ + at, span, lane);
    }
    device::cp_async_commit();
  }

  TILEWRIGHT_DEVICE void step(int tile, int buffer, const Queries& queries, State& state) {
    Scores scores;
    multiply_queries_keys<T>(scores, queries, keys_in(buffer));
    const int first_key = first_key_of(tile);
    if (first_key + Tiling::warp_keys > seen_by_all_) hide(first_key, scores);
    state.softmax.weigh(scores, state.values);
    WeightOperand<Tiling::row_tiles, Tiling::warp_keys> weights;
    round_weights<T>(scores, weights);
    multiply_weights_values<T>(state.values, weights, values_in(buffer));
  }

  TILEWRIGHT_DEVICE void hide(int first_key, Scores& scores) const {
    const int first_column = first_key + device::lane() % 4 * 2;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < Tiling::row_tiles; ++i) {
      TILEWRIGHT_UNROLL
      for (int j = 0; j < Tiling::warp_keys / 8; ++j) {
        TILEWRIGHT_UNROLL
        for (int part = 0; part < 4; ++part) {
          if (first_column + 8 * j + part % 2 >= visible_[i][part / 2])
            scores[i][j][part] = device::negative_infinity;
        }
      }
    }
  }

  const T* q_;
  const T* k_;
  const T* v_;
  int length_, rows_;
  std::byte* queries_;
  std::byte* ring_;                    ///< of this warp
  int seen_by_all_;                    ///< keys before it are seen by every row
  int visible_[Tiling::row_tiles][2];  ///< keys before it are seen by the row of this thread
};

}  // namespace tilewright::kernels
