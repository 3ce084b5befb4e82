// Attention on tensor cores with synchronous copies: every thread loads its part of a K and a V tile, the block
// waits, and then computes. What pipelined.hpp gains on it, it gains by copying ahead.
#pragma once

#include <cstddef>

#include "kernels/attention/block.hpp"
#include "kernels/attention/config.hpp"
#include "kernels/attention/element_mask.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/attention/row_table.hpp"
#include "kernels/attention/shared_tile.hpp"
#include "kernels/attention/softmax.hpp"
#include "kernels/attention/warp_output.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/shared_mask.hpp"

namespace tilewright::kernels {

template <class Config>
class TensorCore {
  using T = typename Config::Number;
  using Tile = SharedTile<Config::head_dim>;
  using Queries = QueryOperand<Config::row_tiles, Config::head_dim, Config::queries_in_registers>;
  static_assert(Config::chunks == 1, "the scores of a KV tile are held at a time");

  static constexpr int rows = 16 * Config::row_tiles;  ///< of a warp
  static constexpr int query_B = Tile::bytes(Config::q_tile);
  static constexpr int tile_B = Tile::bytes(Config::kv_tile);
  static constexpr int tables_at = query_B + 2 * tile_B;

  struct Tables {
    RowTable<Config::q_tile, Config::head_dim, Config::threads> queries;
    RowTable<Config::kv_tile, Config::head_dim, Config::threads> keys;
    SharedMask<Config::q_tile> mask;
    SharedBits<Config::row_tiles, Config::kv_tile> bits[Config::threads / 32];  ///< of each warp
  };

 public:
  using Params = AttentionParams<T>;
  static constexpr int threads = Config::threads;
  static constexpr int min_blocks = 2;
  static constexpr int shared_B = tables_at + (sizeof(Tables) + 1023) / 1024 * 1024;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    const MaskScene scene = scene_of_block(params);
    if (q_tile_of_block() >= tile_count(scene.queries)) return;
    TensorCore(params, shared).work(scene);
  }

 private:
  TILEWRIGHT_DEVICE TensorCore(const Params& params, std::byte* shared)
      : params_(params),
        head_(head_of_block(params)),
        keys_(shared + query_B),
        values_(shared + query_B + tile_B),
        shared_(shared),
        tables_(*reinterpret_cast<Tables*>(shared + tables_at)) {}

  TILEWRIGHT_DEVICE void work(const MaskScene& scene) {
    fill_tables(scene);
    device::sync_block();
    const TilePlace q_place = TilePlace::of(scene.queries, tile_coordinates(scene.queries, q_tile_of_block()));
    copy<Config::q_tile>(tables_.queries, params_.q + head_.queries * Config::head_dim, q_place, shared_);
    device::sync_block();
    const Queries queries(warp_rows());
    Softmax<Config::row_tiles> weights(params_.scale, params_.bias);
    Accumulators<Config::row_tiles, Config::head_dim> output = {};

    const Visits visits = tables_.mask.visits;
    KvTile tile = visits.first();
    for (int visit = 0; visit < visits.count(); ++visit, tile = visits.next(tile)) {
      device::sync_block();  // all warps are done with the tiles before
      const TilePlace place = TilePlace::of(scene.keys, tile.tile);
      copy<Config::kv_tile>(tables_.keys, params_.k + head_.keys * Config::head_dim, place, keys_);
      copy<Config::kv_tile>(tables_.keys, params_.v + head_.keys * Config::head_dim, place, values_);
      device::sync_block();
      Accumulators<Config::row_tiles, Config::kv_tile> scores;
      multiply_queries_keys<T>(scores, queries, keys_);
      if (!visits.full(tile)) mask(scores, tile);
      weights.weigh(scores, output);
      WeightOperand<Config::row_tiles, Config::kv_tile> operand;
      round_weights<T>(scores, operand);
      multiply_weights_values<T>(output, operand, values_);
    }
    weights.finish(output);
    store(weights, output, q_place);
  }

  TILEWRIGHT_DEVICE void fill_tables(const MaskScene& scene) {
    const int row = device::thread_index();
    if (row < Config::q_tile) tables_.queries.fill(scene.queries, row);
    if (row < Config::kv_tile) tables_.keys.fill(scene.keys, row);
    tables_.mask.make(scene, q_tile_of_block(), row, threads);
  }

  template <int Rows, class Table>
  TILEWRIGHT_DEVICE static void copy(const Table& table, const T* head, const TilePlace& place, std::byte* tile) {
    table.template each_vector<Rows>(head, place, 0, [tile](int to, const std::byte* from, bool real) {
      device::store16(tile + to, real ? device::load16(from) : device::Vec16{});
    });
  }

  TILEWRIGHT_DEVICE void mask(Accumulators<Config::row_tiles, Config::kv_tile>& scores, const KvTile& tile) {
    auto& bits = tables_.bits[device::warp()];
    bits.make(tables_.mask.rows + device::warp() * rows, tables_.mask.bits, tile.tile, 0);
    device::sync_warp();
    bits.apply(scores);
  }

  /// The warp's rows of Q have been read for the last time, by the warp itself: they make room for its output.
  TILEWRIGHT_DEVICE void store(const Softmax<Config::row_tiles>& weights,
                               const Accumulators<Config::row_tiles, Config::head_dim>& output,
                               const TilePlace& q_place) {
    const int first = device::warp() * rows;
    device::sync_warp();
    store_accumulators<T>(output, warp_rows());
    device::sync_warp();
    store_rows(warp_rows(), tables_.queries, q_place, first, rows, params_.o + head_.queries * Config::head_dim);
    if (params_.lse == nullptr) return;
    store_lse<Config::row_tiles>(weights, tables_.queries, q_place, first, params_.lse + head_.queries);
  }

  TILEWRIGHT_DEVICE std::byte* warp_rows() { return shared_ + Tile::bytes(device::warp() * rows); }

  const Params& params_;
  HeadPlace head_;
  std::byte* keys_;
  std::byte* values_;
  std::byte* shared_;
  Tables& tables_;
};

}  // namespace tilewright::kernels
