// The tile census: how many KV tiles each Q tile visits, and how many of them the mask fills. Exact, and never a
// loop over pairs: the product of per-dimension censuses where mask and tiles are products, interval arithmetic on
// bands otherwise, words of bits for bitmaps.
//
// A pair of tiles is full where every pair of its tokens exists, empty where none does, else partial; padding
// beyond the last token is no token. A tile that is not empty is visited.
#pragma once

#include <vector>

#include "einsum/mask/block_map.hpp"
#include "einsum/mask/tiling.hpp"

namespace tilewright {

inline constexpr Count index_B = 4;  ///< of a number in a list of tiles, or of gathered units

/// KV tiles of one Q tile.
struct TileCount {
  Count visited = 0;
  Count full = 0;
  bool operator==(const TileCount&) const = default;
};

/// So many Q tiles visit so many KV tiles.
struct VisitCount {
  Count visited;
  Count query_tiles;
  bool operator==(const VisitCount&) const = default;
};

struct Census {
  Count queries = 0;
  Count keys = 0;
  Count pairs = 0;  ///< of the mask
  Count query_tiles = 0;
  Count key_tiles = 0;  ///< of the fixed grid
  Count query_tile_size = 0;
  Count key_tile_size = 0;
  Count visited = 0;
  Count full = 0;
  Count worst = 0;                       ///< visited by the Q tile that visits most
  Count best = 0;                        ///< by the one that visits least
  Count visited_tokens = 0;              ///< pairs of tokens in visited tiles, whether the mask has them or not
  Count fetched_keys = 0;                ///< keys in visited tiles, summed over Q tiles
  Count gathered_units = 0;              ///< of gathered tiles, summed over Q tiles: an index of each is read
  std::vector<VisitCount> distribution;  ///< over Q tiles, ascending

  [[nodiscard]] Count partial() const { return visited - full; }
  /// Of all pairs of tiles; with dynamic KV tiles, the pairs of the fixed grid that are saved.
  [[nodiscard]] Count empty() const { return query_tiles * key_tiles - visited; }
  [[nodiscard]] double mean() const { return static_cast<double>(visited) / static_cast<double>(query_tiles); }
  [[nodiscard]] bool fully_block_sparse() const { return visited == full; }
  /// Pairs that a kernel computes and the mask throws away.
  [[nodiscard]] Count wasted_by_mask() const { return visited_tokens - pairs; }
  /// Pairs that a kernel computes beyond the last token.
  [[nodiscard]] double wasted_by_padding() const;
  /// Pairs of tiles of the dense problem on flattened tokens.
  [[nodiscard]] Count dense_tiles() const {
    return ceil_div(queries, query_tile_size) * ceil_div(keys, key_tile_size);
  }
};

/// Throws InputError where the tiling does not fit the layout.
Census count_tiles(const Mask& mask, const Tiling& tiling);

/// The same per Q tile, in row-major order (dilation groups one after another), and of a census what a kernel
/// fetches.
struct TileVisits {
  std::vector<TileCount> tiles;
  Count fetched_keys = 0;
  Count gathered_units = 0;
};
TileVisits visit_tiles(const Mask& mask, const Tiling& tiling);
inline std::vector<TileCount> visits_of(const Mask& mask, const Tiling& tiling) {
  return visit_tiles(mask, tiling).tiles;
}

/// Which pairs of tiles are visited and which are full, one block per pair of tiles, in the same order. Fixed KV
/// tiles only, else InputError; so is a map of more than 2^32 bits.
struct TileMap {
  BlockMap visited;
  BlockMap full;
};
TileMap map_tiles(const Mask& mask, const Tiling& tiling);

}  // namespace tilewright
