// The producer of the warp-specialised kernel: one thread that walks over the block's work and has the copy engine
// bring its tiles to shared memory, as far ahead of the consumers as there is room.
#pragma once

#include "kernels/attention/specialized_params.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_set.hpp"
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
    const int blocks = device::grid_size().x;
    const int block = device::block_index().x;
    // There and back, so that of work in falling order no block gets the longer half.
    for (int begin = 0, place = block; begin < params_.items; begin += blocks, place = blocks - 1 - place) {
      if (begin + place < params_.items) load(work_item(params_.attention, params_.order[begin + place]));
    }
    announce({0, 0, 0, 0, -1});
    device::mbarrier_arrive(&shared_.q_full);
  }

 private:
  TILEWRIGHT_DEVICE void announce(const Announcement& announcement) {
    device::mbarrier_wait(&shared_.q_empty, q_parity_ ^ 1);
    q_parity_ ^= 1;
    shared_.announcement = announcement;
  }

  TILEWRIGHT_DEVICE void load(const WorkItem& item) {
    const auto& attention = params_.attention;
    const MaskScene scene = scene_of(attention.queries, attention.keys, attention.masks, item.head, item.group);
    const Visits visits(scene, item.q_tile);
    announce({item.q_tile, item.head, item.batch, item.group, visits.count()});
    if (visits.count() == 0) {
      device::mbarrier_arrive(&shared_.q_full);
      return;
    }
    load_queries(scene, item);
    const int kv_head = item.batch * attention.kv_heads + item.head / (attention.heads / attention.kv_heads);
    load_keys_values(scene.keys.base, visits, kv_head);
  }

  TILEWRIGHT_DEVICE void load_queries(const MaskScene& scene, const WorkItem& item) {
    device::mbarrier_arrive_expect(&shared_.q_full, sizeof(shared_.q));
    const Coordinates at = tile_coordinates(scene.queries, item.q_tile);
    const int head = item.batch * params_.attention.heads + item.head;
    copy(shared_.q, params_.q, &shared_.q_full, params_.q_steps, scene.queries.base, at, head);
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
    copy(shared_.k[stage], params_.k, &shared_.k_full[stage], params_.k_steps, base, tile.tile, head);
    k_ring_.advance();
  }

  TILEWRIGHT_DEVICE void load_values(int base, const Coordinates& tile, int head) {
    const int stage = v_ring_.stage;
    device::mbarrier_wait(&shared_.v_empty[stage], v_ring_.parity ^ 1);
    device::mbarrier_arrive_expect(&shared_.v_full[stage], sizeof(shared_.v[stage]));
    copy(shared_.v[stage], params_.v, &shared_.v_full[stage], params_.k_steps, base, tile, head);
    v_ring_.advance();
  }

  template <class Matrix>
  TILEWRIGHT_DEVICE static void copy(Matrix& to, const device::TensorMap& map, device::MBarrier* barrier,
                                     const BoxSteps& steps, int base, const Coordinates& tile, int head) {
    const int along =
        base + tile.at[0] * steps.along[0] + tile.at[1] * steps.along[1] + tile.at[2] * steps.along[2];
    TILEWRIGHT_UNROLL
    for (int panel = 0; panel < Shared::panels; ++panel) {
      const int at[device::tensor_axes] = {panel * panel_columns, along, tile.at[1] * steps.middle,
                                           tile.at[0] * steps.outer, head};
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
