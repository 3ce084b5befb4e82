// The backward pass of attention for GPUs with the copy engine and warpgroup products (sm_90a): a block keeps a KV
// tile, one warpgroup brings what is needed of the Q tiles that visit it, the others compute. What comes before and
// after, deltas and the rounding of dQ, are kernels of their own (kernels/backward/).
//
// Sources: T. Dao, "FlashAttention-2", 2023, algorithm 2; J. Shah et al., "FlashAttention-3", 2024, appendix B.1.
#pragma once

#include <cstddef>

#include "kernels/backward/specialized_consumer.hpp"
#include "kernels/backward/specialized_params.hpp"
#include "kernels/backward/specialized_producer.hpp"
#include "kernels/backward/specialized_rows.hpp"
#include "kernels/backward/specialized_shared.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/device/warpgroup.hpp"

namespace tilewright::kernels {

/// T: bf16 or fp16. Tiles count tokens: KvTile 64 for each consumer, QTile a multiple of 64; consumers take 64 x 64
/// each of a Q tile's dQ.
template <class T, int HeadDim, int QTile, int KvTile>
struct BackwardSpecialized {
  using Number = T;
  static constexpr int head_dim = HeadDim;
  static constexpr int q_tile = QTile;
  static constexpr int kv_tile = KvTile;
  static constexpr int consumers = KvTile / 64;
  static constexpr int stages = 3;
  static constexpr int row_threads = warpgroup_size - device::warp_size;

  using Params = BackwardSpecializedParams<T>;
  using Shared = BackwardSpecializedShared<T, HeadDim, QTile, KvTile, stages>;
  static constexpr int threads = (consumers + 1) * warpgroup_size;
  static constexpr int shared_B = sizeof(Shared);
  static constexpr int min_blocks = 1;

  static_assert(shared_B <= 227 * 1024, "what a block may have");
  static_assert(consumers == 2 && KvTile % 64 == 0 && QTile % 64 == 0 && HeadDim % panel_columns == 0);
  static_assert(QTile / 64 * (HeadDim / 64) == consumers, "each takes 64 x 64 of dQ");

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* memory) {
    Shared& shared = *reinterpret_cast<Shared*>(memory);
    if (device::thread_index() == 0) {
      shared.of = key_tile_of_block(params.backward.forward);
      make_barriers(shared);
    }
    device::sync_block();
    if (shared.of.kv_tile < 0) return;
    // Of lane 0, so that the compiler knows that it is one for the warp: descriptors are then uniform.
    const int warpgroup = device::shuffle(device::warp() / 4, 0);
    if (warpgroup == 0) {
      device::registers_decrease<producer_registers>();
      const int row_thread = device::thread_index() - device::warp_size;
      if (device::thread_index() == 0) produce<BackwardSpecialized>(params, shared);
      if (row_thread >= 0) RowKeeper<BackwardSpecialized>(params, shared, row_thread).run();
    } else {
      device::registers_increase<consumer_registers>();
      BackwardConsumer<BackwardSpecialized>(params, shared, warpgroup - 1).run();
    }
  }

 private:
  // Registers of a thread. What the block was launched with, 168 for every thread, is dealt out anew.
  static constexpr int producer_registers = QTile == 64 ? 40 : 24;
  static constexpr int consumer_registers = QTile == 64 ? 232 : 240;

  static TILEWRIGHT_DEVICE void make_barriers(Shared& shared) {
    device::mbarrier_init(&shared.keys_full, 2);
    for (int stage = 0; stage < stages; ++stage) {
      device::mbarrier_init(&shared.q_full[stage], 1);
      device::mbarrier_init(&shared.grad_o_full[stage], 1);
      device::mbarrier_init(&shared.rows_full[stage], row_threads);
      device::mbarrier_init(&shared.empty[stage], consumers * 4);
    }
    device::fence_barrier_init();
  }
};

}  // namespace tilewright::kernels
