// The backward pass of attention on tensor cores: a block keeps a KV tile and goes through the Q tiles that visit
// it, of all query heads that read its KV head. Weights are computed again from scores.
//
// Source: T. Dao, "FlashAttention-2", 2023, algorithm 2. A warp has 16 keys, and scores are keys by queries:
// so P and dS leave the accumulators of their products as the operands of dV += P^T dO and dK += dS^T Q. Only dQ +=
// dS K, whose sum goes over the keys of all warps, takes dS through shared memory; its parts are added up in device
// memory, in whichever order blocks come. By then nobody reads the tile's queries any more: the next ones arrive
// under this last product.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/row_table.hpp"
#include "kernels/attention/shared_tile.hpp"
#include "kernels/attention/softmax.hpp"
#include "kernels/attention/warp_output.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/backward/block.hpp"
#include "kernels/backward/params.hpp"
#include "kernels/backward/query_tables.hpp"
#include "kernels/device/copy_async.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/tensor_core.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

/// After BackwardPrepare and before BackwardFinish. On backward_grid().
template <class T, int HeadDim, int QTile, int KvTile>
class BackwardTensorCore {
  static constexpr int warps = KvTile / 16;
  static_assert(KvTile == 64, "the keys that a query sees of a tile are a word of bits");
  static_assert(QTile == KvTile, "a warp has 16 keys, and for dQ 16 queries");

  using Tile = SharedTile<HeadDim>;
  using Slopes = SharedTile<QTile>;  ///< dS, keys by queries
  using Operand = QueryOperand<1, HeadDim, false>;
  using Scores = Accumulators<1, QTile>;
  using Sums = Accumulators<1, HeadDim>;

  static constexpr int tile_B = Tile::bytes(KvTile);
  static constexpr int slopes_at = 4 * tile_B;
  static constexpr int tables_at = slopes_at + Slopes::bytes(KvTile);

 public:
  using Params = BackwardParams<T>;
  static constexpr int head_dim = HeadDim;
  static constexpr int q_tile = QTile;
  static constexpr int threads = 32 * warps;
  static constexpr int min_blocks = 2;

 private:
  struct Tables {
    RowTable<KvTile, HeadDim, threads> keys;
    QueryTables<QTile, HeadDim, threads> queries;
  };

 public:
  static constexpr int shared_B = tables_at + (sizeof(Tables) + 1023) / 1024 * 1024;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    const MaskScene scene = scene_of_head(params.forward, first_head_of_block(params.forward));
    if (kv_tile_of_block() >= tile_count(scene.keys)) return;
    BackwardTensorCore(params, shared).work(scene);
  }

 private:
  TILEWRIGHT_DEVICE BackwardTensorCore(const Params& params, std::byte* shared)
      : params_(params),
        keys_(shared),
        values_(shared + tile_B),
        queries_(shared + 2 * tile_B),
        grads_(shared + 3 * tile_B),
        slopes_(shared + slopes_at),
        tables_(*reinterpret_cast<Tables*>(shared + tables_at)) {}

  TILEWRIGHT_DEVICE void work(const MaskScene& any) {
    if (device::thread_index() < KvTile) tables_.keys.fill(any.keys, device::thread_index());
    tables_.queries.fill(any);
    device::sync_block();
    const AttentionParams<T>& of = params_.forward;
    const std::int64_t first_key = place_of_head(of, 0).keys * HeadDim;
    const Coordinates kv_tile = tile_coordinates(any.keys, kv_tile_of_block());
    const TilePlace place = TilePlace::of(any.keys, kv_tile);
    copy(tables_.keys, of.k + first_key, place, keys_);
    copy(tables_.keys, of.v + first_key, place, values_);

    Sums grad_k = {};
    Sums grad_v = {};
    for (int i = 0; i < heads_of_block(of); ++i) add_head(first_head_of_block(of) + i, kv_tile, grad_k, grad_v);

    device::cp_async_wait<0>();  // where no tile came: the keys are still on their way
    device::sync_block();        // all warps are done with the keys
    scale(grad_k, of.scale);
    store(grad_k, keys_, place, params_.grad_k + first_key);
    store(grad_v, values_, place, params_.grad_v + first_key);
  }

  TILEWRIGHT_DEVICE void add_head(int head, const Coordinates& kv_tile, Sums& grad_k, Sums& grad_v) {
    device::sync_block();  // all threads are done with the head before
    if (device::thread_index() == 0) tables_.queries.set_head(params_, head);
    device::sync_block();
    const std::int64_t first = place_of_head(params_.forward, head).queries;
    const Visitors& visitors = tables_.queries.visitors;
    auto tile = visitors.first();
    TilePlace place = fetch(first, tile, kv_tile);
    for (int visit = 0; visit < visitors.count(); ++visit) {
      const bool full = visitors.full(tile);
      const TilePlace of_tile = place;
      device::cp_async_wait<0>();
      device::sync_block();
      add_tile(full, grad_k, grad_v);
      device::sync_block();  // dS of all warps is there, and the tile has been read
      tile = visitors.next(tile);
      place = fetch(first, tile, kv_tile);
      add_queries(first, of_tile);
    }
  }

  /// Starts to copy a tile of Q and dO, if there is one. Where it lies.
  template <class VisitingTile>
  TILEWRIGHT_DEVICE TilePlace fetch(std::int64_t first, const VisitingTile& tile, const Coordinates& kv_tile) {
    const TilePlace place = TilePlace::of(tables_.queries.scene.queries, tile.tile);
    if (tile.visit < tables_.queries.visitors.count()) {
      copy(tables_.queries.rows, params_.forward.q + first * HeadDim, place, queries_);
      copy(tables_.queries.rows, params_.grad_o + first * HeadDim, place, grads_);
      tables_.queries.set_tile(params_, first, tile, place, kv_tile);
    }
    device::cp_async_commit();
    return place;
  }

  /// dV += P^T dO and dK += dS^T Q; dS goes to shared memory.
  TILEWRIGHT_DEVICE void add_tile(bool full, Sums& grad_k, Sums& grad_v) {
    Scores weights;
    multiply_queries_keys<T>(weights, Operand(keys_ + warp_rows_B()), queries_);
    if (!full) tables_.queries.mask(weights, 16 * device::warp());
    tables_.queries.weigh(weights, params_.forward.scale * log2_e);
    WeightOperand<1, QTile> operand;
    round_weights<T>(weights, operand);
    multiply_weights_values<T>(grad_v, operand, grads_);

    Scores slopes;
    multiply_queries_keys<T>(slopes, Operand(values_ + warp_rows_B()), grads_);
    tables_.queries.slope(weights, slopes);
    store_accumulators<T>(slopes, slopes_ + Slopes::bytes(16 * device::warp()));
    round_weights<T>(slopes, operand);
    multiply_weights_values<T>(grad_k, operand, queries_);
  }

  /// The warp's 16 rows of dQ += dS K, as many columns at a time as leave registers for the other sums.
  TILEWRIGHT_DEVICE void add_queries(std::int64_t first, const TilePlace& place) {
    constexpr int columns = 64;
    WeightOperand<1, KvTile> operand;
    load_slopes(operand);
    TILEWRIGHT_UNROLL
    for (int column = 0; column < HeadDim; column += columns) {
      Accumulators<1, columns> grad_q = {};
      multiply_weights_columns<T, HeadDim>(grad_q, operand, keys_, column / 8);
      TILEWRIGHT_UNROLL
      for (int half = 0; half < 2; ++half) {
        const int row = 16 * device::warp() + device::lane() / 4 + 8 * half;
        if (!tables_.queries.rows.real(row, place.last)) continue;
        const std::int64_t token = first + place.token + tables_.queries.rows.offset(row);
        float* to = params_.grad_q_sums + token * HeadDim + column + device::lane() % 4 * 2;
        TILEWRIGHT_UNROLL
        for (int j = 0; j < columns / 8; ++j) {
          device::reduce_add2(to + 8 * j, grad_q[0][j][2 * half], grad_q[0][j][2 * half + 1]);
        }
      }
    }
  }

  /// Queries by keys. Matrices of one ldmatrix: queries 0-7 and 8-15 of keys 0-7, then of keys 8-15.
  TILEWRIGHT_DEVICE void load_slopes(WeightOperand<1, KvTile>& operand) const {
    const int lane = device::lane();
    const int first = Slopes::offset(lane % 8 + lane / 16 * 8, 2 * device::warp() + lane / 8 % 2);
    TILEWRIGHT_UNROLL
    for (int step = 0; step < KvTile / 16; ++step) {
      device::ldmatrix_x4_trans(operand[0][step], slopes_ + first + Slopes::bytes(16 * step));
    }
  }

  template <class Table>
  TILEWRIGHT_DEVICE static void copy(const Table& table, const T* head, const TilePlace& place, std::byte* tile) {
    table.template each_vector<KvTile>(head, place, 0, [tile](int to, const std::byte* from, bool real) {
      device::cp_async_16(tile + to, from, real);
    });
  }

  TILEWRIGHT_DEVICE static void scale(Sums& sums, float by) {
    TILEWRIGHT_UNROLL
    for (int j = 0; j < HeadDim / 8; ++j) {
      TILEWRIGHT_UNROLL
      for (int part = 0; part < 4; ++part) sums[0][j][part] *= by;
    }
  }

  /// By way of the warp's own rows of `tile`, which nobody reads any more.
  TILEWRIGHT_DEVICE void store(const Sums& sums, std::byte* tile, const TilePlace& place, T* to) {
    store_accumulators<T>(sums, tile + warp_rows_B());
    device::sync_warp();
    store_rows(tile + warp_rows_B(), tables_.keys, place, 16 * device::warp(), 16, to);
  }

  TILEWRIGHT_DEVICE static int warp_rows_B() { return Tile::bytes(16 * device::warp()); }

  const Params& params_;
  std::byte* keys_;
  std::byte* values_;
  std::byte* queries_;
  std::byte* grads_;  ///< of the output
  std::byte* slopes_;
  Tables& tables_;
};

}  // namespace tilewright::kernels
