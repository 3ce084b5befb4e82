// The producer of the backward kernel for warpgroup products: one thread that has the copy engine bring K and V of
// the block's tile, and Q and dO of every visit, as far ahead of the consumers as there is room.
#pragma once

#include "kernels/attention/specialized_shared.hpp"
#include "kernels/backward/specialized_params.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/tensor_copy.hpp"

namespace tilewright::kernels {

/// Brings a matrix [panels][rows][64] whose box begins at `box`.
template <int Panels, int Rows, class T>
TILEWRIGHT_DEVICE void copy_panels(T (&to)[Panels][Rows][panel_columns], const device::TensorMap& map,
                                   device::MBarrier* barrier, const BoxPlace& box, int head) {
  device::mbarrier_arrive_expect(barrier, sizeof(to));
  TILEWRIGHT_UNROLL
  for (int panel = 0; panel < Panels; ++panel) {
    const int at[device::tensor_axes] = {panel * panel_columns, box.along, box.middle, box.outer, head};
    device::tensor_copy_5d(to[panel], &map, barrier, at);
  }
}

template <class Kernel>
TILEWRIGHT_DEVICE void produce(const typename Kernel::Params& params, typename Kernel::Shared& shared) {
  const KeyTile& of = shared.of;
  const auto& forward = params.backward.forward;
  device::prefetch_tensor_map(&params.k);
  device::prefetch_tensor_map(&params.v);
  device::prefetch_tensor_map(&params.q);
  device::prefetch_tensor_map(&params.grad_o);
  const TokenGrid keys = group_of(forward.keys, of.group);
  const BoxPlace box = box_of(params.k_steps, keys.base, tile_coordinates(keys, of.kv_tile));
  const int kv_head = of.batch * forward.kv_heads + of.kv_head;
  copy_panels(shared.k, params.k, &shared.keys_full, box, kv_head);
  copy_panels(shared.v, params.v, &shared.keys_full, box, kv_head);
  Ring<Kernel::stages> ring;
  const int base = group_of(forward.queries, of.group).base;
  each_visit(params, of, [&](int head, const Visitors&, const QTile& tile) {
    const int stage = ring.stage;
    device::mbarrier_wait(&shared.empty[stage], ring.parity ^ 1);
    const BoxPlace queries = box_of(params.q_steps, base, tile.tile);
    const int q_head = of.batch * forward.heads + head;
    copy_panels(shared.q[stage], params.q, &shared.q_full[stage], queries, q_head);
    copy_panels(shared.grad_o[stage], params.grad_o, &shared.grad_o_full[stage], queries, q_head);
    ring.advance();
  });
}

}  // namespace tilewright::kernels
