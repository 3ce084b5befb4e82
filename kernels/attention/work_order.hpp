// Which Q tiles of a problem persistent blocks take, and in which order.
#pragma once

#include <vector>

#include "kernels/mask/make_masks.hpp"

namespace tilewright::kernels {

/// What of an attention the order depends on.
struct WorkShape {
  int batch = 1;
  int heads = 1;
  int kv_heads = 1;
  int head_dim = 64;
  int number_B = 2;  ///< of K and V
  int q_tiles = 1;   ///< of an item, which visit the same KV tiles
};

/// Block or cluster b takes items[firsts[b]] to items[firsts[b + 1] - 1], one after another.
struct WorkOrder {
  std::vector<int> firsts;
  std::vector<int>
      items;  ///< numbers by (group, batch, head, Q tile), the last fastest, all groups as large as the largest
};

/// For `blocks` blocks, or one for each item where there are fewer; tiles that a smaller group lacks are left out.
/// Heads go in sections whose K and V stay in the L2 cache together, and in a section items with the most KV tiles
/// go first, each to the block that has least to do so far (R. Graham, "Bounds on Multiprocessing Timing
/// Anomalies", 1969: the longest share exceeds the mean by less than an item).
WorkOrder work_order(const Masks& masks, const WorkShape& shape, int blocks);

}  // namespace tilewright::kernels
