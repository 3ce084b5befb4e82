// The keys that blocks need, as spans: of every part of every Q tile, found once for all heads and sequences that
// have the mask.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/kernel/launch_tiles.hpp"
#include "sim/kernel/turn_reuse.hpp"

namespace tilewright {

/// Appends the keys of the KV tiles of a part (append_tiles()), which `tiles` is room for.
void append_keys(const LaunchTiles& launch, const BlockPart& part, std::vector<TileInterval>& tiles,
                 std::vector<KeySpan>& keys);

class BlockKeys {
 public:
  BlockKeys(const LaunchTiles& launch, const Blocks& blocks);

  /// Of a part of a Q tile, by number; nothing where the tile is not cut into so many.
  [[nodiscard]] std::optional<std::span<const KeySpan>> of(const LaunchedTile& tile, std::size_t part);

 private:
  // One of the parts of all Q tiles of such heads.
  struct Part {
    struct Range {
      std::size_t first;
      std::size_t last;  // or `none`: the tile has no such part
    };
    std::vector<KeySpan> keys;
    std::vector<Range> ranges;  // by Q tile, of `keys`
  };
  static constexpr std::size_t none = ~std::size_t{0};

  void find(std::size_t heads, std::size_t number, Part& part);

  const LaunchTiles& launch_;
  const TileParts& cut_;
  std::size_t splits_;
  std::vector<Part> parts_;  // by heads, then by number; empty until asked for
  std::vector<TileInterval> tiles_;
};

}  // namespace tilewright
