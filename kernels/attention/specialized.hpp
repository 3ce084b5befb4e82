// Attention for GPUs with the copy engine and warpgroup products (sm_90a): one warpgroup brings tiles to shared
// memory, as a warp beside it says which, the others compute, and blocks stay on their multiprocessor until all
// work is done. Of 8-bit numbers, two more warps transpose V.
//
// Sources: J. Shah et al., "FlashAttention-3", 2024 (warp specialisation, turns of two warpgroups, overlap within
// one); A. Hassani et al., "Generalized Neighborhood Attention", 2025 (tiles of several dimensions as boxes).
#pragma once

#include <cstddef>

#include "kernels/attention/specialized_consumer.hpp"
#include "kernels/attention/specialized_params.hpp"
#include "kernels/attention/specialized_preparer.hpp"
#include "kernels/attention/specialized_producer.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/attention/specialized_transposer.hpp"
#include "kernels/device/cluster.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/shuffle.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/device/warpgroup.hpp"

namespace tilewright::kernels {

/// T: bf16, fp16 or e4m3. Tiles count tokens: QTile a multiple of 64, 64 for each consumer, KvTile a multiple of
/// 16; of e4m3 KvTile and HeadDim are 128.
///
/// Blocks of a cluster take Q tiles that follow each other, all of which visit the same KV tiles: each brings some
/// panels of K and V, to all of them.
template <class T, int HeadDim, int QTile, int KvTile, int ClusterBlocks = 1>
struct Specialized {
  using Number = T;
  static constexpr int head_dim = HeadDim;
  static constexpr int q_tile = QTile;
  static constexpr int kv_tile = KvTile;
  static constexpr int cluster_blocks = ClusterBlocks;
  static constexpr int consumers = QTile / 64;
  static constexpr int stages = stages_that_fit<T, HeadDim, QTile, KvTile>();

  using Params = SpecializedParams<T>;
  using Shared = SharedOf<T, HeadDim, QTile, KvTile, stages>;
  static constexpr int threads = (consumers + 1) * warpgroup_size;
  static constexpr int shared_B = sizeof(Shared);
  static constexpr int min_blocks = 1;

  static_assert(consumers >= 2 && QTile % 64 == 0, "consumers take turns");
  static_assert(HeadDim % panel_columns_of<T> == 0 && KvTile % product_depth<T> == 0,
                "panels and steps of products are whole");
  static_assert(Shared::panels % cluster_blocks == 0 && (cluster_blocks == 1 || !transposes_values<T>),
                "each block brings its panels");

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* memory) {
    Shared& shared = *reinterpret_cast<Shared*>(memory);
    if (device::thread_index() == 0) make_barriers(shared);
    sync_all();
    // Of lane 0, so that the compiler knows that it is one for the warp: descriptors are then uniform.
    const int warpgroup = device::shuffle(device::warp() / 4, 0);
    if (warpgroup == 0) {
      device::registers_decrease<producer_registers>();
      if (device::thread_index() == 0) Producer<Specialized>(params, shared).run();
      if (device::thread_index() == device::warp_size) Preparer<Specialized>(params, shared).run();
      if constexpr (transposes_values<T>) {
        if (device::warp() >= first_transposer)
          Transposer<Specialized>(shared, device::warp() - first_transposer).run();
      }
    } else {
      device::registers_increase<consumer_registers>();
      Consumer<Specialized>(params, shared, warpgroup - 1).run();
    }
    if constexpr (cluster_blocks > 1) device::sync_cluster();  // others may still bring, or arrive, here
  }

 private:
  static constexpr int first_transposer = 2;  // the warp after the producer's and the preparer's

  // Registers of a thread. What the block was launched with, a multiple of 8 for every thread, is dealt out anew.
  static constexpr int launch_registers = 65536 / threads / 8 * 8;
  // Weights of 8 bits take half of those of 16, and their transposer can use them.
  static constexpr int producer_registers = transposes_values<T> ? 72 : consumers == 2 ? 40 : 32;
  static constexpr int consumer_registers = transposes_values<T> ? 216 : consumers == 2 ? 232 : 160;
  static_assert(producer_registers + consumers * consumer_registers <= launch_registers * (consumers + 1));

  static TILEWRIGHT_DEVICE void sync_all() {
    if constexpr (cluster_blocks > 1) {
      device::sync_cluster();
    } else {
      device::sync_block();
    }
  }

  static TILEWRIGHT_DEVICE void make_barriers(Shared& shared) {
    constexpr int consumer_warps = consumers * 4;
    constexpr int sharing_warps = consumer_warps * cluster_blocks;  // of K and V
    device::mbarrier_init(&shared.q_full, 1);
    device::mbarrier_init(&shared.q_empty, consumer_warps + (transposes_values<T> ? transposer_warps : 0));
    for (int stage = 0; stage < stages; ++stage) {
      device::mbarrier_init(&shared.k_full[stage], 1);
      device::mbarrier_init(&shared.k_empty[stage], sharing_warps);
      device::mbarrier_init(&shared.v_full[stage], transposes_values<T> ? transposer_warps : 1);
      device::mbarrier_init(&shared.v_empty[stage], sharing_warps);
      if constexpr (transposes_values<T>) {
        device::mbarrier_init(&shared.raw_full[stage], 1);
        device::mbarrier_init(&shared.raw_empty[stage], transposer_warps);
      }
    }
    for (int item = 0; item < prepared_items; ++item) {
      device::mbarrier_init(&shared.prepared_full[item], 1);
      device::mbarrier_init(&shared.prepared_empty[item], 1);
    }
    device::fence_barrier_init();
  }
};

}  // namespace tilewright::kernels
