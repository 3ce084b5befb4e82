// In which order persistent blocks take the Q tiles of a problem.
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
};

/// Numbers of items, by (group, batch, head, Q tile) with the last fastest and every group having the room of the
/// largest; tiles that a smaller group lacks are left out. Heads go in sections whose K and V stay in the L2 cache
/// together, and in a section items with the most KV tiles go first, so that none of them is begun last.
std::vector<int> work_order(const Masks& masks, const WorkShape& shape);

}  // namespace tilewright::kernels
