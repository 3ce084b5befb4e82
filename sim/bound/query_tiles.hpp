// The Q tiles that a problem needs at least, by the KV tiles that each visits.
//
// Where every query head has K and V of its own, the rows of a Q tile are those of the tiling, and counts are those
// of the tile census. Where heads share K and V, kernels may pack the rows of several heads into one Q tile; then
// the counts hold for Q tiles of at most T rows of one KV head, whatever rows these are. Let the rows of a KV head
// visit v_1 >= v_2 >= ... KV tiles, each row by itself. The first i - 1 of the Q tiles, from the longest on, have
// at most (i - 1) T of the rows, so that one of the first (i - 1) T + 1 rows is in another: the i-th visits at
// least v_((i - 1) T + 1). docs/masks.md has more.
#pragma once

#include <vector>

#include "einsum/attention.hpp"
#include "einsum/mask/census.hpp"
#include "sim/bound/waves.hpp"

namespace tilewright {

/// Of one head where heads have K and V of their own, else of a KV head.
struct QueryTiles {
  double times = 1;  ///< heads, or KV heads, of all sequences that are alike
  double heads = 1;  ///< query heads of each
  /// Of too many rows to count these by their visits: the jobs are the KV tiles that all pairs fill, one each.
  bool rows_counted = true;
  std::vector<Jobs> jobs;   ///< Q tiles by the KV tiles that they visit, at least
  double fetched_keys = 0;  ///< in visited tiles, summed over Q tiles, at least

  [[nodiscard]] double visits() const;
};

/// Without those of rows that see nothing. `censuses` under the tiling, by the requests and their masks.
std::vector<QueryTiles> least_query_tiles(const Attention& problem, const Tiling& tiling,
                                          const std::vector<Census>& censuses);

}  // namespace tilewright
