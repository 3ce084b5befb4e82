// The thread blocks of a kernel in launch order, from the tile census of the mask: runs of equal blocks, never a
// list of all of them.
#pragma once

#include <vector>

#include "mappings/kernel/kernel.hpp"
#include "sim/kernel/block_view.hpp"
#include "sim/kernel/shape.hpp"

namespace tilewright {

/// What blocks are to fill.
struct BlockPlaces {
  double multiprocessors = 0;
  double at_once = 0;  ///< blocks that all of them run at once
};

/// So many blocks in a row that visit so many KV tiles each.
struct BlockRun {
  double count = 0;
  double full = 0;     ///< tiles without element mask
  double partial = 0;  ///< tiles to which the element mask is applied
  double tiles = 1;    ///< Q tiles that each works on; other than 1 with stream-K only, where it is a mean
  bool operator==(const BlockRun&) const = default;

  [[nodiscard]] double visits() const { return full + partial; }
};

/// Runs that come so many times one after another, as those of equal heads.
struct BlockSequence {
  std::vector<BlockRun> runs;
  double times = 1;
};

/// How the visits of a Q tile are cut into parts, each a block of its own.
struct TileParts {
  double count = 1;   ///< of every Q tile; 0: as many as have visits, but one at least
  double visits = 0;  ///< of every part as long as there are some left; 0: parts differ by one visit at most

  /// How many parts a Q tile with so many visits has.
  [[nodiscard]] double of(double tile_visits) const;
  /// Its visits before one of the parts, by number from 0 to the number of parts.
  [[nodiscard]] double before(double tile_visits, double part) const;
};

struct Blocks {
  std::vector<BlockSequence> sequences;
  double times = 1;           ///< the whole, again and again, as for every sequence of a batch of equal ones
  TileParts parts;            ///< of every Q tile; the runs are of the parts. Stream-K has its own
  double splits = 1;          ///< the most parts of any Q tile
  double partial_rows = 0;    ///< rows of output of all parts, where a Q tile has several; else 0
  double fetched_keys = 0;    ///< summed over all blocks: keys of the tiles that they visit, without padding
  double gathered_units = 0;  ///< of gathered tiles, summed alike

  [[nodiscard]] double count() const;
  [[nodiscard]] double full() const;  ///< visits of all blocks
  [[nodiscard]] double partial() const;
  [[nodiscard]] double visits() const { return full() + partial(); }
  [[nodiscard]] BlockRun longest() const;  ///< a block with the most visits
};

/// `places`: what an automatic split fills. `shape`: that of the problem.
/// Throws InputError where no query of the problem sees any key.
Blocks blocks_of(const Kernel& kernel, const BlockView& view, const KernelShape& shape, const BlockPlaces& places);

}  // namespace tilewright
