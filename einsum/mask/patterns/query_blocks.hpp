// What patterns share that say which keys a block of queries sees.
//
// Queries fall into blocks by their position (relation.hpp), so that a block of queries and the block of keys with
// the same number hold the same tokens, also where there are fewer queries than keys.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "einsum/mask/relation.hpp"

namespace tilewright {

/// Appends the keys that the queries of a block see. Edges that rise stand where they are at the block's first
/// position. Segments may overlap, be empty, or lie outside the keys.
using SeenByBlock = std::function<void(Count block, std::vector<Segment>& seen)>;

/// Blocks of `block` positions each; causal takes away the keys after the query.
RelationPtr by_query_block(Extent extent, Count block, bool causal, SeenByBlock seen);
/// Causal, where what is seen is the same diagonals for every block, as far as these have begun.
RelationPtr by_diagonals(Extent extent, Count block, SeenByBlock seen);

/// Appends the keys [v * width, (v + 1) * width) of all values v, which ascend; neighbours as one segment.
void append_runs(std::span<const Count> values, Count width, std::vector<Segment>& seen);

}  // namespace tilewright
