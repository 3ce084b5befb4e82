#include "einsum/mask/query_runs.hpp"

#include <algorithm>
#include <utility>

namespace tilewright {

namespace {

Extents coordinates_of(Count index, const Extents& extents) {
  Extents coordinates(extents.size());
  for (std::size_t d = extents.size(); d-- > 0;) {
    coordinates[d] = index % extents[d];
    index /= extents[d];
  }
  return coordinates;
}

}  // namespace

Extents grid_of(const Extents& extents, const Extents& tile) {
  Extents grid;
  for (std::size_t d = 0; d < extents.size(); ++d) grid.push_back(ceil_div(extents[d], tile[d]));
  return grid;
}

std::vector<QueryRun> query_runs(const Extents& queries, const Extents& tile, Count number) {
  Extents first = coordinates_of(number, grid_of(queries, tile));
  Extents extent(tile.size());
  for (std::size_t d = 0; d < tile.size(); ++d) {
    first[d] *= tile[d];
    extent[d] = std::min(tile[d], queries[d] - first[d]);
  }
  const Count width = std::exchange(extent.back(), 1);
  std::vector<QueryRun> runs;
  for (Count run = 0; run < tokens_of(extent); ++run) {
    const Extents offset = coordinates_of(run, extent);
    Count query = 0;
    for (std::size_t d = 0; d < tile.size(); ++d) query = query * queries[d] + first[d] + offset[d];
    runs.push_back({query, query + width});
  }
  return runs;
}

}  // namespace tilewright
