// How many of a mask's tiles have a pair, by the size of a tile.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "einsum/mask/block_census.hpp"
#include "einsum/workload.hpp"

namespace tilewright {

/// Tokens of a Q tile and of a KV tile.
using TileSize = std::pair<Count, Count>;

/// Tiles that a mapping states; the tokens are permuted so that those of a tile stand in a row.
struct StatedTiles {
  Extents queries;
  Extents keys;
  std::string mapping;  ///< its name, for messages
};

class VisitedShare {
 public:
  VisitedShare() = default;
  /// `place` is of the mask, for messages.
  VisitedShare(std::vector<HeadMask> masks, std::optional<StatedTiles> stated, Place place);

  /// What heads share, they skip together: throws InputError where some of so many in a row have other masks.
  void require_alike(Count heads_in_a_row) const;

  /// The share of all tiles of this size that are visited, over all heads. Throws InfeasibleError where stated
  /// tiles do not fit the layout, or do not divide these.
  double of(const TileSize& tile);
  /// Whether the last tile of a side is smaller than the others.
  [[nodiscard]] bool cut_off(const TileSize& tile) const;
  /// By row of tiles, of one head.
  [[nodiscard]] std::vector<TileCount> visits(const HeadMask& mask, const TileSize& tile) const;
  /// All tiles of one head.
  [[nodiscard]] BlockMap map(const HeadMask& mask, const TileSize& tile) const;

  [[nodiscard]] const std::vector<HeadMask>& masks() const { return masks_; }
  [[nodiscard]] double heads() const { return heads_; }
  /// Shares of all pairs, keys and queries that the mask leaves at least: no tiles leave less.
  [[nodiscard]] double pairs_left() const { return pairs_left_; }
  [[nodiscard]] double keys_left() const { return keys_left_; }
  [[nodiscard]] double queries_left() const { return queries_left_; }

 private:
  static double most_visited_share(const BlockMap& tiles);
  [[nodiscard]] AxisTiles in_stated_tiles(const TileSize& tile) const;
  [[nodiscard]] BlockMap stated_tiles(const HeadMask& mask, const TileSize& tile) const;

  std::vector<HeadMask> masks_;
  std::optional<StatedTiles> stated_;
  Place place_;
  double heads_ = 0;
  double pairs_left_ = 1;
  double keys_left_ = 1;
  double queries_left_ = 1;
  std::map<TileSize, double> shares_;
};

}  // namespace tilewright
