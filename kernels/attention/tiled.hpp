// Attention in shared-memory tiles on the ordinary arithmetic units: 16 threads share a row, each has a small
// square of scores and its columns of the output. The step between naive.hpp and the tensor cores.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/attention/block.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/attention/row_table.hpp"
#include "kernels/attention/shared_tile.hpp"
#include "kernels/attention/softmax.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/shared_mask.hpp"

namespace tilewright::kernels {

/// Tiles of 64 queries and 64 keys. Thread 16 * y + x has the rows y * rows .. + rows - 1, the keys x, x + 16, ...,
/// and the columns x * columns .. + columns - 1.
template <class T, int HeadDim>
class Tiled {
  using Tile = SharedTile<HeadDim>;
  static constexpr int tile_rows = 64;
  static constexpr int tile_B = Tile::bytes(tile_rows);
  static constexpr int values_at = 2 * tile_B;
  static constexpr int tables_at = 3 * tile_B;

 public:
  using Params = AttentionParams<T>;
  static constexpr int threads = 2 * HeadDim;
  static constexpr int min_blocks = 1;

 private:
  static constexpr int rows = tile_rows * 16 / threads;
  static constexpr int keys = tile_rows / 16;
  static constexpr int columns = HeadDim / 16;

  struct Tables {
    RowTable<tile_rows, HeadDim, threads> queries;
    RowTable<tile_rows, HeadDim, threads> keys;
    SharedMask<tile_rows> mask;
    float weights[tile_rows][tile_rows];
  };

 public:
  static constexpr int shared_B = tables_at + (sizeof(Tables) + 1023) / 1024 * 1024;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    const MaskScene scene = scene_of_block(params);
    if (q_tile_of_block() >= tile_count(scene.queries)) return;
    Tiled(params, shared).work(scene);
  }

 private:
  TILEWRIGHT_DEVICE Tiled(const Params& params, std::byte* shared)
      : params_(params),
        head_(head_of_block(params)),
        queries_(shared),
        keys_(shared + tile_B),
        values_(shared + values_at),
        tables_(*reinterpret_cast<Tables*>(shared + tables_at)) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < rows; ++i) {
      highest_[i] = device::negative_infinity;
      sum_[i] = 0;
      TILEWRIGHT_UNROLL
      for (int c = 0; c < columns; ++c) output_[i][c] = 0;
    }
  }

  TILEWRIGHT_DEVICE void work(const MaskScene& scene) {
    if (device::thread_index() < tile_rows) {
      tables_.queries.fill(scene.queries, device::thread_index());
      tables_.keys.fill(scene.keys, device::thread_index());
    }
    tables_.mask.make(scene, q_tile_of_block(), device::thread_index(), threads);
    device::sync_block();
    const TilePlace q_place = TilePlace::of(scene.queries, tile_coordinates(scene.queries, q_tile_of_block()));
    copy(tables_.queries, params_.q + head_.queries * HeadDim, q_place, queries_);
    const Visits visits = tables_.mask.visits;
    KvTile tile = visits.first();
    for (int visit = 0; visit < visits.count(); ++visit, tile = visits.next(tile)) {
      device::sync_block();  // all threads are done with the tiles before
      const TilePlace place = TilePlace::of(scene.keys, tile.tile);
      copy(tables_.keys, params_.k + head_.keys * HeadDim, place, keys_);
      copy(tables_.keys, params_.v + head_.keys * HeadDim, place, values_);
      device::sync_block();
      float scores[rows][keys] = {};
      multiply_queries_keys(scores);
      if (!visits.full(tile)) mask(scores, tile);
      weigh(scores);
      device::sync_warp();  // the 16 threads of a row are in one warp
      multiply_weights_values();
    }
    store(q_place);
  }

  template <class Table>
  TILEWRIGHT_DEVICE static void copy(const Table& table, const T* head, const TilePlace& place, std::byte* tile) {
    table.template each_vector<tile_rows>(head, place, 0, [tile](int to, const std::byte* from, bool real) {
      device::store16(tile + to, real ? device::load16(from) : device::Vec16{});
    });
  }

  TILEWRIGHT_DEVICE static int x() { return device::thread_index() % 16; }
  TILEWRIGHT_DEVICE static int first_row() { return device::thread_index() / 16 * rows; }

  TILEWRIGHT_DEVICE static float low(std::uint32_t two) {
    return device::to_float(T{static_cast<std::uint16_t>(two)});
  }
  TILEWRIGHT_DEVICE static float high(std::uint32_t two) { return low(two >> 16); }

  TILEWRIGHT_DEVICE void multiply_queries_keys(float (&scores)[rows][keys]) const {
    for (int vector = 0; vector < Tile::vectors; ++vector) {
      device::Vec16 k[keys];
      TILEWRIGHT_UNROLL
      for (int j = 0; j < keys; ++j) k[j] = device::load16(keys_ + Tile::offset(x() + 16 * j, vector));
      TILEWRIGHT_UNROLL
      for (int i = 0; i < rows; ++i) {
        const device::Vec16 q = device::load16(queries_ + Tile::offset(first_row() + i, vector));
        TILEWRIGHT_UNROLL
        for (int j = 0; j < keys; ++j) {
          TILEWRIGHT_UNROLL
          for (int w = 0; w < 4; ++w) {
            scores[i][j] += low(q.w[w]) * low(k[j].w[w]) + high(q.w[w]) * high(k[j].w[w]);
          }
        }
      }
    }
  }

  TILEWRIGHT_DEVICE void mask(float (&scores)[rows][keys], const KvTile& tile) const {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < rows; ++i) {
      const std::uint64_t seen = tables_.mask.template row<1>(first_row() + i, tile).word[0] >> x();
      TILEWRIGHT_UNROLL
      for (int j = 0; j < keys; ++j) {
        if ((seen >> (16 * j) & 1) == 0) scores[i][j] = device::negative_infinity;
      }
    }
  }

  /// The online softmax, of one more tile: weights go to shared memory, where the other threads of the row find
  /// them.
  TILEWRIGHT_DEVICE void weigh(const float (&scores)[rows][keys]) {
    const float scale = params_.scale * log2_e;
    TILEWRIGHT_UNROLL
    for (int i = 0; i < rows; ++i) {
      float highest = highest_[i];
      TILEWRIGHT_UNROLL
      for (int j = 0; j < keys; ++j) highest = fmaxf(highest, scores[i][j] * scale);
      for (int apart = 1; apart < 16; apart *= 2) highest = fmaxf(highest, device::shuffle_xor(highest, apart));
      // No key so far: any finite shift leaves the weights 0, where -inf would give NaN.
      const float shift = highest == device::negative_infinity ? 0 : highest;
      const float rescale = device::exp2_approx(highest_[i] - shift);
      highest_[i] = highest;
      sum_[i] *= rescale;
      TILEWRIGHT_UNROLL
      for (int c = 0; c < columns; ++c) output_[i][c] *= rescale;
      TILEWRIGHT_UNROLL
      for (int j = 0; j < keys; ++j) {
        const float weight = device::exp2_approx(fmaf(scores[i][j], scale, -shift));
        tables_.weights[first_row() + i][x() + 16 * j] = weight;
        sum_[i] += weight;
      }
    }
  }

  TILEWRIGHT_DEVICE void multiply_weights_values() {
    const int offset_B = x() * columns * 2;
    for (int key = 0; key < tile_rows; ++key) {
      std::uint32_t v[columns / 2];
      TILEWRIGHT_UNROLL
      for (int w = 0; w < columns / 2; ++w) {
        v[w] = device::load4(values_ + Tile::offset(key, offset_B / 16) + offset_B % 16 + 4 * w);
      }
      TILEWRIGHT_UNROLL
      for (int i = 0; i < rows; ++i) {
        const float weight = tables_.weights[first_row() + i][key];
        TILEWRIGHT_UNROLL
        for (int c = 0; c < columns; ++c) output_[i][c] += weight * (c % 2 == 0 ? low(v[c / 2]) : high(v[c / 2]));
      }
    }
  }

  TILEWRIGHT_DEVICE void store(const TilePlace& q_place) {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < rows; ++i) {
      for (int apart = 1; apart < 16; apart *= 2) sum_[i] += device::shuffle_xor(sum_[i], apart);
      const int row = first_row() + i;
      const std::int64_t query = head_.queries + q_place.token + tables_.queries.offset(row);
      if (!tables_.queries.real(row, q_place.last)) continue;
      const float factor = sum_[i] > 0 ? 1 / sum_[i] : 0;
      TILEWRIGHT_UNROLL
      for (int c = 0; c < columns; c += 2) {
        device::store4(params_.o + query * HeadDim + x() * columns + c,
                       device::pack2<T>(output_[i][c] * factor, output_[i][c + 1] * factor));
      }
      if (params_.lse != nullptr && x() == 0) {
        params_.lse[query] = (highest_[i] + device::log2_approx(sum_[i])) * ln_2;
      }
    }
  }

  const Params& params_;
  HeadPlace head_;
  std::byte* queries_;
  std::byte* keys_;
  std::byte* values_;
  Tables& tables_;
  float highest_[rows];          ///< scaled scores
  float sum_[rows];              ///< of this thread's weights
  float output_[rows][columns];  ///< not yet divided by the sums
};

}  // namespace tilewright::kernels
