// The preparer of the warp-specialised kernel: one thread that works out, a Q tile ahead of the producer, which
// tiles there are to be brought. It divides a great deal; beside the producer nobody waits for it.
#pragma once

#include "kernels/attention/specialized_params.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/device/cluster.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels {

template <class Kernel>
class Preparer {
 public:
  using Shared = typename Kernel::Shared;
  using Params = typename Kernel::Params;

  TILEWRIGHT_DEVICE Preparer(const Params& params, Shared& shared) : params_(params), shared_(shared) {}

  TILEWRIGHT_DEVICE void run() {
    const int cluster = device::block_index().x / Kernel::cluster_blocks;
    const int last = params_.work.firsts[cluster + 1];
    for (int i = params_.work.firsts[cluster]; i < last; ++i)
      hand_over(prepared(work_item(params_.attention, params_.work.items[i], Kernel::cluster_blocks)));
    PreparedItem end{};
    end.announcement.visits = -1;
    hand_over(end);
  }

 private:
  [[nodiscard]] TILEWRIGHT_DEVICE PreparedItem prepared(const WorkItem& item) const {
    const auto& attention = params_.attention;
    const MaskScene scene = scene_of(attention.queries, attention.keys, attention.masks, item.head, item.group);
    PreparedItem result;
    result.visits = Visits(scene, item.q_tile);  // of all of the cluster's
    const int q_tile = item.q_tile + rank();
    result.announcement = {
        q_tile, item.head, item.batch, item.group, result.visits.count(), !result.visits.all_full()};
    result.queries = box_of(params_.q_steps, scene.queries.base, tile_coordinates(scene.queries, q_tile));
    result.query_head = item.batch * attention.heads + item.head;
    result.key_base = scene.keys.base;
    result.key_head = item.batch * attention.kv_heads + item.head / (attention.heads / attention.kv_heads);
    return result;
  }

  [[nodiscard]] TILEWRIGHT_DEVICE static int rank() {
    return Kernel::cluster_blocks == 1 ? 0 : device::cluster_rank();
  }

  TILEWRIGHT_DEVICE void hand_over(const PreparedItem& item) {
    device::mbarrier_wait(&shared_.prepared_empty[ring_.stage], ring_.parity ^ 1);
    shared_.prepared[ring_.stage] = item;
    device::mbarrier_arrive(&shared_.prepared_full[ring_.stage]);
    ring_.advance();
  }

  const Params& params_;
  Shared& shared_;
  Ring<prepared_items> ring_;
};

}  // namespace tilewright::kernels
