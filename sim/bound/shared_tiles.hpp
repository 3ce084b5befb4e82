// Q tiles that query heads share: where one Q tile has room for the queries of several heads, the query heads of a
// KV head, if they have one mask, can be its rows together and fetch K and V once.
//
// The limits hold for any assignment of rows to Q tiles. Let c = ceil(heads of a KV head * queries / rows of a Q
// tile). There are at least c Q tiles; each of them visits every full KV tile, since every query sees it; and, on a
// fixed grid, some Q tile visits every KV tile that a head visits. docs/masks.md has more.
#pragma once

#include <vector>

#include "einsum/attention.hpp"
#include "einsum/mask/census.hpp"

namespace tilewright {

/// The heads of one of Request::masks.
struct SharedTiles {
  double alone = 0;  ///< query heads whose Q tiles are their own

  double kv_heads = 0;  ///< whose query heads share Q tiles; the following is of each, and 0 where there are none
  double tiles = 0;     ///< Q tiles, c
  double longest = 0;   ///< KV tiles that each of these visits: where there are several, at least
  double visited = 0;   ///< by them all, at least
  double fetched_keys = 0;  ///< in these visits, at least
};

/// By the requests and their masks, whose censuses under the tiles are `censuses`. Heads share where that makes
/// fewer Q tiles than they have by themselves.
std::vector<SharedTiles> share_tiles(const Attention& problem, const std::vector<Census>& censuses,
                                     KeyTiles key_tiles);

}  // namespace tilewright
