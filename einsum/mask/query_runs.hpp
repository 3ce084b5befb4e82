// The queries of a Q tile as runs of flattened tokens.
#pragma once

#include <vector>

#include "einsum/mask/mask.hpp"

namespace tilewright {

/// Flattened queries [first, last).
struct QueryRun {
  Count first;
  Count last;
};

/// Of one Q tile of so many tokens per dimension, by its number in row-major order.
std::vector<QueryRun> query_runs(const Extents& queries, const Extents& tile, Count number);

/// Tiles per dimension.
Extents grid_of(const Extents& extents, const Extents& tile);

}  // namespace tilewright
