// The producer of the warp-specialised kernel: one thread that has the copy engine bring the tiles of the block's
// work to shared memory, as far ahead of the consumers as there is room.
#pragma once

#include "kernels/attention/specialized_params.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/device/cluster.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {

template <class Kernel>
class Producer {
 public:
  using Shared = typename Kernel::Shared;
  using Params = typename Kernel::Params;

  TILEWRIGHT_DEVICE Producer(const Params& params, Shared& shared) : params_(params), shared_(shared) {}

  TILEWRIGHT_DEVICE void run() {
    device::prefetch_tensor_map(&params_.q);
    device::prefetch_tensor_map(&params_.k);
    device::prefetch_tensor_map(&params_.v);
    for (Ring<prepared_items> ring;; ring.advance()) {
      device::mbarrier_wait(&shared_.prepared_full[ring.stage], ring.parity);
      const PreparedItem& item = shared_.prepared[ring.stage];
      announce(item.announcement);
      if (item.announcement.visits <= 0) {
        device::mbarrier_arrive(&shared_.q_full);
        if (item.announcement.visits < 0) return;
      } else {
        load(item);
      }
      device::mbarrier_arrive(&shared_.prepared_empty[ring.stage]);
    }
  }

 private:
  TILEWRIGHT_DEVICE void announce(const Announcement& announcement) {
    device::mbarrier_wait(&shared_.q_empty, q_parity_ ^ 1);
    shared_.announcements[q_parity_] = announcement;
    q_parity_ ^= 1;
  }

  TILEWRIGHT_DEVICE void load(const PreparedItem& item) {
    device::mbarrier_arrive_expect(&shared_.q_full, sizeof(shared_.q));
    copy(shared_.q, params_.q, &shared_.q_full, item.queries, item.query_head);
    load_keys_values(item.key_base, item.visits, item.key_head);
  }

  /// K runs a tile ahead of V, as consumers want it.
  TILEWRIGHT_DEVICE void load_keys_values(int base, const Visits& visits, int head) {
    KvTile tile = visits.first();
    load_keys(base, tile, visits.full(tile), head);
    for (int i = 1; i < visits.count(); ++i) {
      const Coordinates before = tile.tile;
      tile = visits.next(tile);
      load_keys(base, tile, visits.full(tile), head);
      load_values(base, before, head);
    }
    load_values(base, tile.tile, head);
  }

  TILEWRIGHT_DEVICE void load_keys(int base, const KvTile& tile, bool full, int head) {
    const int stage = k_ring_.stage;
    device::mbarrier_wait(&shared_.k_empty[stage], k_ring_.parity ^ 1);
    shared_.tiles[stage] = {tile.tile, full};
    device::mbarrier_arrive_expect(&shared_.k_full[stage], sizeof(shared_.k[stage]));
    share(shared_.k[stage], params_.k, &shared_.k_full[stage], box_of(params_.k_steps, base, tile.tile), head);
    k_ring_.advance();
  }

  TILEWRIGHT_DEVICE void load_values(int base, const Coordinates& tile, int head) {
    const int stage = v_ring_.stage;
    device::mbarrier_wait(shared_.brought_empty(stage), v_ring_.parity ^ 1);
    device::mbarrier_arrive_expect(shared_.brought_full(stage), sizeof(shared_.v[stage]));
    share(shared_.brought_v(stage), params_.v, shared_.brought_full(stage), box_of(params_.k_steps, base, tile),
          head);
    v_ring_.advance();
  }

  /// Of a cluster, some panels to all blocks.
  template <class Matrix>
  TILEWRIGHT_DEVICE static void share(Matrix& to, const device::TensorMap& map, device::MBarrier* barrier,
                                      const BoxPlace& box, int head) {
    constexpr int blocks = Kernel::cluster_blocks;
    if constexpr (blocks == 1) {
      copy(to, map, barrier, box, head);
    } else {
      const int rank = device::cluster_rank();
      TILEWRIGHT_UNROLL
      for (int i = 0; i < Shared::panels / blocks; ++i) {
        const int panel = i * blocks + rank;
        const int at[device::tensor_axes] = {panel * panel_columns_of<typename Kernel::Number>, box.along,
                                             box.middle, box.outer, head};
        device::tensor_copy_to_cluster_5d(to[panel], &map, barrier, at, (1 << blocks) - 1);
      }
    }
  }

  template <class Matrix>
  TILEWRIGHT_DEVICE static void copy(Matrix& to, const device::TensorMap& map, device::MBarrier* barrier,
                                     const BoxPlace& box, int head) {
    TILEWRIGHT_UNROLL
    for (int panel = 0; panel < Shared::panels; ++panel) {
      const int at[device::tensor_axes] = {panel * panel_columns_of<typename Kernel::Number>, box.along, box.middle,
                                           box.outer, head};
      device::tensor_copy_5d(to[panel], &map, barrier, at);
    }
  }

  const Params& params_;
  Shared& shared_;
  int q_parity_ = 0;
  Ring<Kernel::stages> k_ring_;
  Ring<Kernel::stages> v_ring_;
};

}  // namespace tilewright::kernels
