// Columns (keys that stay) and diagonals (keys that move with the query), as many as there are.
#pragma once

#include "einsum/mask/relation.hpp"

namespace tilewright {

/// Pairs of either, up to the query's own key. Columns are segments that stay; diagonals are segments that rise, as
/// they are at position 0. Both ascend, and neighbours are not adjacent.
RelationPtr causal_lines(Extent extent, std::vector<Segment> columns, std::vector<Segment> diagonals);

}  // namespace tilewright
