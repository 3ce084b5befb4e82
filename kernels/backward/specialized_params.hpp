// What the backward kernel for warpgroup products is given, and which part of it a block computes.
#pragma once

#include <cstdint>

#include "kernels/attention/specialized_params.hpp"
#include "kernels/backward/params.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/row_bits.hpp"
#include "kernels/mask/visitors.hpp"

namespace tilewright::kernels {

/// Made by the host (specialized_setup.hpp).
template <class T>
struct BackwardSpecializedParams {
  BackwardParams<T> backward;
  device::TensorMap q;
  device::TensorMap grad_o;
  device::TensorMap k;
  device::TensorMap v;
  BoxSteps q_steps;
  BoxSteps k_steps;
  TileBits bits;  ///< of the keys' grid
};

/// A KV tile of a KV head: what a block computes the gradients of.
struct KeyTile {
  int kv_tile;  ///< row-major within its group; below 0: none, since this group has fewer than others
  int kv_head;
  int batch;
  int group;
};

template <class T>
TILEWRIGHT_DEVICE KeyTile key_tile_of_block(const AttentionParams<T>& forward) {
  const Grid block = device::block_index();
  const int groups = group_count(forward.keys);
  const int group = block.z % groups;
  const int tiles = tile_count(group_of(forward.keys, group));
  return {block.x < tiles ? block.x : -1, block.y, block.z / groups, group};
}

/// Calls visit(head, visitors, tile) for every query head of the KV head and every Q tile that visits the tile, in
/// the order in which all warps of the block go through them.
template <class T, class Visit>
TILEWRIGHT_DEVICE void each_visit(const BackwardSpecializedParams<T>& params, const KeyTile& of, Visit visit) {
  const AttentionParams<T>& forward = params.backward.forward;
  const int heads = forward.heads / forward.kv_heads;
  for (int head = of.kv_head * heads; head < (of.kv_head + 1) * heads; ++head) {
    const int rule = rule_of(forward.masks, head);
    const Visitors visitors = visitors_of(params.backward.visitors, forward.keys, rule, of.group, of.kv_tile);
    QTile tile = visitors.first();
    for (int i = 0; i < visitors.count(); ++i, tile = visitors.next(tile)) visit(head, visitors, tile);
  }
}

}  // namespace tilewright::kernels
