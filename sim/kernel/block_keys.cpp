#include "sim/kernel/block_keys.hpp"

namespace tilewright {

void append_keys(const LaunchTiles& launch, const BlockPart& part, std::vector<TileInterval>& tiles,
                 std::vector<KeySpan>& keys) {
  const VisitedTiles& visited = launch.heads[part.tile.heads].tiles;
  tiles.clear();
  append_tiles(launch, part, tiles);
  for (const TileInterval& interval : tiles)
    keys.push_back({visited.keys_before(interval.first), visited.keys_before(interval.last)});
}

BlockKeys::BlockKeys(const LaunchTiles& launch, const Blocks& blocks)
    : launch_(launch),
      cut_(blocks.parts),
      splits_(static_cast<std::size_t>(blocks.splits)),
      parts_(launch.heads.size() * splits_) {}

void BlockKeys::find(std::size_t heads, std::size_t number, Part& part) {
  const Count tiles = launch_.heads[heads].tiles.query_tiles();
  part.ranges.reserve(static_cast<std::size_t>(tiles));
  const auto which = static_cast<double>(number);
  for (LaunchedTile tile{heads, 0}; tile.query_tile < tiles; ++tile.query_tile) {
    const std::size_t first = part.keys.size();
    if (number > 0 && which >= cut_.of(launch_.visits(tile))) {
      part.ranges.push_back({first, none});
      continue;
    }
    append_keys(launch_, part_of(launch_, 0, tile, which, cut_), tiles_, part.keys);
    part.ranges.push_back({first, part.keys.size()});
  }
}

std::optional<std::span<const KeySpan>> BlockKeys::of(const LaunchedTile& tile, std::size_t part) {
  Part& all = parts_[tile.heads * splits_ + part];
  if (all.ranges.empty()) find(tile.heads, part, all);
  const Part::Range range = all.ranges[static_cast<std::size_t>(tile.query_tile)];
  if (range.last == none) return std::nullopt;
  return std::span<const KeySpan>(all.keys).subspan(range.first, range.last - range.first);
}

}  // namespace tilewright
