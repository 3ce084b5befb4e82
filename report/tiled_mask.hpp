// A mask under its tiles, as every picture of one starts from it: the map, the grid of the tiles, and the words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/with_commas.hpp"
#include "einsum/mask/census.hpp"

namespace tilewright {

struct TiledMask {
  std::string text;  ///< of the mask, as the user wrote it
  Mask mask;
  Tiling tiling;
  TileMap map;
};

/// Throws InputError where map_tiles() does.
TiledMask tile_mask(std::string text, Mask mask, const Tiling& tiling);

/// Where a Q tile's own tokens lie among the KV tiles of a dimension, in tiles; not always whole ones.
struct OwnTiles {
  double first;
  double last;
};

/// Multi-dimensional tiles, per dimension; dilation groups one after another.
class TileGrid {
 public:
  /// Whether tiles are multi-dimensional and the layout has 2 or 3 dimensions.
  static bool fits(const TiledMask& tiled);
  /// Throws InputError where it does not.
  explicit TileGrid(const TiledMask& tiled);

  [[nodiscard]] const Extents& query_tiles() const { return query_tiles_; }
  [[nodiscard]] const Extents& key_tiles() const { return key_tiles_; }
  [[nodiscard]] Extents middle() const;
  [[nodiscard]] OwnTiles own(std::size_t dimension, Count query_tile) const;
  /// The row of the map.
  [[nodiscard]] Count number_of(const Extents& query_tile) const;
  /// "2x1"; throws InputError for another number of dimensions, or a tile that is not there.
  [[nodiscard]] Extents parse(const std::string& query_tile) const;

 private:
  // Tokens of a dimension that are tiled on their own.
  struct Part {
    Extent tokens;
    Count first_query_tile;
    Count first_key_tile;
  };
  struct Dimension {
    std::vector<Part> parts;
    Count query_tile;
    Count key_tile;
  };
  std::vector<Dimension> dimensions_;
  Extents query_tiles_;
  Extents key_tiles_;
};

/// "16,384 tokens" or "30x48x80 = 115,200 tokens"; queries too where they are others.
std::string describe_layout(const Layout& layout);
/// "Q tiles 2x8x8, KV tiles 4x8x8"; says where they are runs of flattened tokens.
std::string describe_tiles(const Tiling& tiling);

/// Tiles of the whole map, and of one Q tile.
TileCount count_map(const TileMap& map);
TileCount count_row(const TileMap& map, Count query_tile);

}  // namespace tilewright
