// Which keys the blocks of a kernel need, in launch order: for the Q tiles of every mask the KV tiles that they
// visit, and how many heads and sequences have them. blocks_of() has the same blocks without saying which keys they
// need.
#pragma once

#include <functional>
#include <vector>

#include "einsum/mask/visited_tiles.hpp"
#include "sim/kernel/packed_tiles.hpp"
#include "sim/kernel/prepare.hpp"

namespace tilewright {

/// Query heads in a row, of one request, that have one mask.
struct HeadTiles {
  std::size_t request;  ///< by Attention::requests
  double first_head;
  double laps;  ///< how often all Q tiles are gone through in a sequence: once per head, or per KV head if packed
  VisitedTiles tiles;
};

/// A Q tile of such heads, by number among HeadTiles.
struct LaunchedTile {
  std::size_t heads;
  Count query_tile;
};

struct LaunchTiles {
  std::vector<HeadTiles> heads;
  double group = 1;     ///< query heads of a KV head
  double packed = 1;    ///< of these in one Q tile
  double per_tile = 1;  ///< blocks of a Q tile, beside the parts of a split: where a group is larger than a Q tile
  bool tiles_outer = false;
  bool descending = false;
  std::vector<double> swizzle;  ///< by request: heads (laps) that go side by side, at most all of it
  /// Where `tiles_outer`: the Q tiles in launch order, each of all its heads and sequences.
  std::vector<LaunchedTile> order;

  [[nodiscard]] double visits(const LaunchedTile& tile) const;
};
LaunchTiles launch_tiles(const PreparedKernel& prepared);

/// What a block needs of a Q tile's visits, in shares of all of them.
struct BlockPart {
  std::size_t set;  ///< of keys: a KV head of a sequence, by number
  LaunchedTile tile;
  double from;
  double to;
};

/// One of the parts, as blocks_of() cuts them.
BlockPart part_of(const LaunchTiles& launch, std::size_t set, const LaunchedTile& tile, double part,
                  const TileParts& parts);

/// Appends the KV tiles of a part, whole ones: what is cut goes to the nearer part.
void append_tiles(const LaunchTiles& launch, const BlockPart& part, std::vector<TileInterval>& tiles);

/// Every block in launch order; with stream-K, where a block begins in the midst of a Q tile, one has several
/// parts.
using BlockVisitor = std::function<void(const std::vector<BlockPart>&)>;
void for_each_block(const PreparedKernel& prepared, const LaunchTiles& launch, const BlockVisitor& visit);

}  // namespace tilewright
