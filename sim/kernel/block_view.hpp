// The attention problem as thread blocks see it. What a block owns are the queries of the view, and what it visits
// its keys: as in the problem itself, or, where a kernel's blocks own keys, the other way round.
#pragma once

#include "einsum/attention.hpp"
#include "einsum/cascade.hpp"
#include "einsum/mask/tiling.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

struct BlockView {
  /// Where blocks own keys: every query head by itself, and of one element a row what blocks move of it. Its
  /// queries have what the fused part of the cascade reads of a key, and its output what it makes for it; its keys
  /// have what is read of a query.
  Attention problem;
  Tiling tiling;
  double sharing = 1;  ///< heads that own the same rows
  /// 32-bit sums of a visited row that every visit adds to: of outputs and of what passes read, with queries and
  /// without keys. Blocks add them in the memory that they share.
  double sum_B = 0;
};

/// `tiling` is chosen.
BlockView view_of_blocks(const Kernel& kernel, const Cascade& cascade, const Attention& problem,
                         const Tiling& tiling);

/// Whether blocks that own keys add a tensor up, visit by visit.
bool is_summed(const Kernel& kernel, const Cascade& cascade, TensorId tensor);

}  // namespace tilewright
