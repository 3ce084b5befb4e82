// What a mask leaves of every tile that a group's loops select.
#pragma once

#include <array>
#include <vector>

#include "einsum/mask/block_map.hpp"
#include "sim/nest/cycle/tile_nest.hpp"
#include "sim/nest/mask_share.hpp"

namespace tilewright {

class TileMask {
 public:
  /// `mask` is prepared for the shapes of the sized tree; `granules` as TileProgram has them. Throws
  /// InfeasibleError for a nest with lanes over queries or keys above one of its loops over them, with independent
  /// instances over them, or with tiles of tokens that are not in a row.
  TileMask(const MaskShare& mask, const Tree& tree, const SizedTree& sized, const TileNest& nest,
           const std::vector<TileSize>& granules);

  /// Of the granules in the tile that the loops select, the share that has a pair of tokens.
  [[nodiscard]] double share(const std::vector<std::int64_t>& at, std::size_t granule) const;
  [[nodiscard]] std::size_t granules() const { return granules_.size(); }
  /// Whether the mask tells iterations of the loop from one another.
  [[nodiscard]] bool depends_on(std::size_t loop) const { return sides_[loop] != sides; }

 private:
  // Tokens, or heads, that the loops select.
  struct Range {
    Count first = 0;
    Count size = 1;
  };
  void refuse_scattered_tokens(const TileNest& nest) const;
  [[nodiscard]] Range range(Side side, const std::vector<std::int64_t>& at) const;

  std::vector<Side> sides_;   // by loop; `sides`: none
  std::vector<Count> apart_;  // by loop: tokens, or heads, from one iteration to the next
  std::array<Count, sides> all_{1, 1, 1};
  std::vector<TileSize> granules_;
  std::vector<std::vector<BlockMap>> maps_;  // by granule and run of heads: one block per granule
  std::vector<Count> heads_;                 // of each run
};

}  // namespace tilewright
