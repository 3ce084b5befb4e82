// Which part of a backward pass a thread block computes: one KV tile of one KV head, for all query heads that read
// it, so that the gradients of its keys and values are sums of its own.
#pragma once

#include <cstdint>

#include "kernels/attention/block.hpp"
#include "kernels/backward/params.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// The grid to launch a main kernel on; those before and after it take attention_grid(). KV tiles ascend, because
/// under a causal mask the first ones are visited most.
template <class T>
Grid backward_grid(const BackwardParams<T>& params) {
  const AttentionParams<T>& of = params.forward;
  return {most_tiles(of.keys), of.kv_heads, of.batch * group_count(of.keys)};
}

/// The KV tile of this block; it may lie beyond those of a smaller dilation group, and then the block has no work.
TILEWRIGHT_DEVICE int kv_tile_of_block() { return device::block_index().x; }

/// Query heads that read the block's KV head: those from first_head_of_block() on.
template <class T>
TILEWRIGHT_DEVICE int heads_of_block(const AttentionParams<T>& params) {
  return params.heads / params.kv_heads;
}
template <class T>
TILEWRIGHT_DEVICE int first_head_of_block(const AttentionParams<T>& params) {
  return device::block_index().y * heads_of_block(params);
}

/// The dilation group of this block.
template <class T>
TILEWRIGHT_DEVICE int group_of_block(const AttentionParams<T>& params) {
  return device::block_index().z % group_count(params.keys);
}

/// Where the block's group sees what query head `head` does.
template <class T>
TILEWRIGHT_DEVICE MaskScene scene_of_head(const AttentionParams<T>& params, int head) {
  return scene_of(params.queries, params.keys, params.masks, head, group_of_block(params));
}

/// Where query head `head` and the block's KV head begin in the tensors, in tokens.
template <class T>
TILEWRIGHT_DEVICE HeadPlace place_of_head(const AttentionParams<T>& params, int head) {
  const int batch = device::block_index().z / group_count(params.keys);
  return {(std::int64_t{batch} * params.heads + head) * params.queries.memory_tokens,
          (std::int64_t{batch} * params.kv_heads + device::block_index().y) * params.keys.memory_tokens};
}

}  // namespace tilewright::kernels
