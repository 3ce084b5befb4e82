// Attention on tensor cores with copies that run ahead of the math: the fastest of the kernels that run on every
// GPU from sm_80 on.
//
// K and V tiles come in turn, K0 V0 K1 V1 ..., through a ring of places in shared memory. Step n of the loop works
// on the n-th of them, K for scores or V for the output, while the ones after it are copied. One barrier at the
// head of a step says two things: copy n has come for all threads, and all warps are done with step n - 1, so that
// its place takes copy n + Stages - 1. Everything else of a warp's rows stays in its registers.
//
// Sources: T. Dao, "FlashAttention-2", ICLR 2024 (Q tiles in parallel, warps that split Q and share K and V,
// unnormalised output, log-sum-exp); NVIDIA, "CUTLASS: Efficient GEMM in CUDA" (ring of stages).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/block.hpp"
#include "kernels/attention/config.hpp"
#include "kernels/attention/element_mask.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/attention/row_table.hpp"
#include "kernels/attention/shared_tile.hpp"
#include "kernels/attention/warp_output.hpp"
#include "kernels/attention/warp_product.hpp"
#include "kernels/device/copy_async.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/shared_mask.hpp"

namespace tilewright::kernels {

/// A KV tile on its way through the loop.
struct KvStep {
  TilePlace place;
  bool exists;  ///< false behind the last tile
  bool full;    ///< needs no element mask
  Coordinates tile;
};

/// `Weights`: Softmax or Sigmoid.
template <class Config, template <int> class Weights>
class Pipelined {
  using T = typename Config::Number;
  using Tile = SharedTile<Config::head_dim>;
  using Queries = QueryOperand<Config::row_tiles, Config::head_dim, Config::queries_in_registers>;

  static constexpr int rows = 16 * Config::row_tiles;  ///< of a warp
  static constexpr int query_B = Tile::bytes(Config::q_tile);
  static constexpr int stage_B = Tile::bytes(Config::chunk);
  static constexpr int tables_at = query_B + Config::stages * stage_B;

  /// KV tiles that are looked up before they are worked on. The first copy of a tile begins stages - 1 steps before
  /// its math, two steps to a chunk, and its look-up lies a barrier before that.
  static constexpr int ahead = (Config::stages + 1) / 2;

  struct Tables {
    RowTable<Config::q_tile, Config::head_dim, Config::threads> queries;
    RowTable<Config::kv_tile, Config::head_dim, Config::threads> keys;
    SharedMask<Config::q_tile> mask;
    SharedBits<Config::row_tiles, Config::chunk> bits[Config::threads / 32];  ///< of each warp
    TokenGrid key_grid;
    KvTile next;  ///< to look up
    KvStep steps[ahead + 1];
    TilePlace q_place;
    HeadPlace head;
  };

 public:
  using Params = AttentionParams<T>;
  static constexpr int threads = Config::threads;
  static constexpr int min_blocks = Config::min_blocks;
  static constexpr int shared_B = tables_at + (sizeof(Tables) + 1023) / 1024 * 1024;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    const MaskScene scene = scene_of_block(params);
    if (q_tile_of_block() >= tile_count(scene.queries)) return;
    Pipelined block(params, shared);
    block.fill_tables(scene);
    device::sync_block();
    block.work();
  }

 private:
  TILEWRIGHT_DEVICE Pipelined(const Params& params, std::byte* shared)
      : params_(params), shared_(shared), tables_(*reinterpret_cast<Tables*>(shared + tables_at)) {}

  TILEWRIGHT_DEVICE void fill_tables(const MaskScene& scene) {
    const Coordinates q_tile = tile_coordinates(scene.queries, q_tile_of_block());
    const int row = device::thread_index();
    if (row < Config::q_tile) tables_.queries.fill(scene.queries, row);
    if (row < Config::kv_tile) tables_.keys.fill(scene.keys, row);
    tables_.mask.make(scene, q_tile_of_block(), row, threads);
    if (row != 0) return;
    tables_.key_grid = scene.keys;
    tables_.head = head_of_block(params_);
    tables_.q_place = TilePlace::of(scene.queries, q_tile);
    tables_.next = tables_.mask.visits.first();
    for (int tile = 0; tile < ahead; ++tile) look_up(tile);
  }

  /// The cursor over KV tiles is one thread's, so that it takes no registers of the others.
  TILEWRIGHT_DEVICE void look_up(int tile) {
    if (device::thread_index() != 0) return;
    KvStep& step = tables_.steps[tile % (ahead + 1)];
    step.exists = tile < tables_.mask.visits.count();
    if (!step.exists) return;
    const KvTile at = tables_.next;
    step.place = TilePlace::of(tables_.key_grid, at.tile);
    step.full = tables_.mask.visits.full(at);
    step.tile = at.tile;
    tables_.next = tables_.mask.visits.next(at);
  }

  TILEWRIGHT_DEVICE void work() {
    copy_queries();  // part of the first group of copies
    TILEWRIGHT_UNROLL
    for (int load = 0; load < Config::stages - 1; ++load) copy(load);
    step_barrier();
    const Queries queries(warp_rows());
    Weights<Config::row_tiles> weights(params_.scale, params_.bias);
    Accumulators<Config::row_tiles, Config::head_dim> output = {};

    for (int chunk = 0; step_of(chunk).exists; ++chunk) {
      Accumulators<Config::row_tiles, Config::chunk> scores;
      step_barrier();
      copy(2 * chunk + Config::stages - 1);
      if (chunk % Config::chunks == 0) look_up(chunk / Config::chunks + ahead);
      if (!step_of(chunk).full) make_bits(chunk);
      multiply_queries_keys<T>(scores, queries, stage(2 * chunk));
      if (!step_of(chunk).full) bits().apply(scores);
      weights.weigh(scores, output);
      WeightOperand<Config::row_tiles, Config::chunk> operand;
      round_weights<T>(scores, operand);
      step_barrier();
      copy(2 * chunk + Config::stages);
      multiply_weights_values<T>(output, operand, stage(2 * chunk + 1));
    }
    weights.finish(output);
    store(weights, output);
  }

  TILEWRIGHT_DEVICE void copy_queries() {
    tables_.queries.template each_vector<Config::q_tile>(
        params_.q + tables_.head.queries * Config::head_dim, tables_.q_place, 0,
        [&](int to, const std::byte* from, bool real) { device::cp_async_16(shared_ + to, from, real); });
  }

  /// Starts copy `load` of K (even) or V (odd), and closes its group, which is empty behind the last one.
  TILEWRIGHT_DEVICE void copy(int load) {
    const int chunk = load / 2;
    const KvStep& step = step_of(chunk);
    if (step.exists) {
      std::byte* place = stage(load);
      tables_.keys.template each_vector<Config::chunk>(
          (load % 2 == 0 ? params_.k : params_.v) + tables_.head.keys * Config::head_dim, step.place,
          chunk % Config::chunks * Config::chunk,
          [&](int to, const std::byte* from, bool real) { device::cp_async_16(place + to, from, real); });
    }
    device::cp_async_commit();
  }

  TILEWRIGHT_DEVICE void step_barrier() {
    device::cp_async_wait<Config::stages - 2>();
    device::sync_block();
  }

  TILEWRIGHT_DEVICE void make_bits(int chunk) {
    bits().make(tables_.mask.rows + device::warp() * rows, tables_.mask.bits, step_of(chunk).tile,
                chunk % Config::chunks * Config::chunk);
    device::sync_warp();
  }

  /// The warp's rows of Q have been read for the last time, by the warp itself: they make room for its output.
  TILEWRIGHT_DEVICE void store(const Weights<Config::row_tiles>& weights,
                               const Accumulators<Config::row_tiles, Config::head_dim>& output) {
    const int first = device::warp() * rows;
    device::sync_warp();
    store_accumulators<T>(output, warp_rows());
    device::sync_warp();
    store_rows(warp_rows(), tables_.queries, tables_.q_place, first, rows,
               params_.o + tables_.head.queries * Config::head_dim);
    if (!Weights<Config::row_tiles>::has_lse || params_.lse == nullptr) return;
    store_lse<Config::row_tiles>(weights, tables_.queries, tables_.q_place, first,
                                 params_.lse + tables_.head.queries);
  }

  TILEWRIGHT_DEVICE SharedBits<Config::row_tiles, Config::chunk>& bits() { return tables_.bits[device::warp()]; }

  TILEWRIGHT_DEVICE std::byte* warp_rows() { return shared_ + Tile::bytes(device::warp() * rows); }

  TILEWRIGHT_DEVICE std::byte* stage(int load) {
    return shared_ + query_B + static_cast<unsigned>(load) % Config::stages * stage_B;
  }

  TILEWRIGHT_DEVICE const KvStep& step_of(int chunk) { return tables_.steps[chunk / Config::chunks % (ahead + 1)]; }

  const Params& params_;
  std::byte* shared_;
  Tables& tables_;
};

}  // namespace tilewright::kernels
