// Which part of an attention a thread block computes: one Q tile of one head.
//
// Neighbouring blocks take Q tiles of the same head, so that they share its K and V in the L2 cache; the last Q
// tiles come first, because under a causal mask they are the longest.
#pragma once

#include <cstdint>

#include "kernels/attention/params.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_rule.hpp"

namespace tilewright::kernels {

/// The grid to launch any kernel of this folder on.
template <class T>
Grid attention_grid(const AttentionParams<T>& params) {
  return {most_tiles(params.queries), params.heads, params.batch * group_count(params.queries)};
}

/// Where the block's head begins in the tensors, in tokens.
struct HeadPlace {
  std::int64_t queries;
  std::int64_t keys;
};

/// The Q tile of this block; it may lie beyond those of a smaller dilation group, and then the block has no work.
TILEWRIGHT_DEVICE int q_tile_of_block() { return device::grid_size().x - 1 - device::block_index().x; }

template <class T>
TILEWRIGHT_DEVICE MaskScene scene_of_block(const AttentionParams<T>& params) {
  const Grid block = device::block_index();
  return scene_of(params.queries, params.keys, params.masks, block.y, block.z % group_count(params.queries));
}

template <class T>
TILEWRIGHT_DEVICE HeadPlace head_of_block(const AttentionParams<T>& params) {
  const Grid block = device::block_index();
  const int batch = block.z / group_count(params.queries);
  const int kv_head = block.y / (params.heads / params.kv_heads);
  return {(std::int64_t{batch} * params.heads + block.y) * params.queries.memory_tokens,
          (std::int64_t{batch} * params.kv_heads + kv_head) * params.keys.memory_tokens};
}

}  // namespace tilewright::kernels
