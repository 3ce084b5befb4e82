#include "report/tiled_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "common/error.hpp"

namespace tilewright {

namespace {

Count bits_of(std::span<const BlockMap::Word> words) {
  Count bits = 0;
  for (const BlockMap::Word word : words) bits += std::popcount(word);
  return bits;
}

std::string describe_tokens(const Extents& extents, const char* one, const char* many) {
  const Count tokens = tokens_of(extents);
  const std::string count = with_commas(tokens) + " " + (tokens == 1 ? one : many);
  return extents.size() == 1 ? count : to_text(extents) + " = " + count;
}

}  // namespace

TiledMask tile_mask(std::string text, Mask mask, const Tiling& tiling) {
  TileMap map = map_tiles(mask, tiling);
  return {std::move(text), std::move(mask), tiling, std::move(map)};
}

bool TileGrid::fits(const TiledMask& tiled) {
  const std::size_t dimensions = tiled.mask.layout.dimensions();
  return tiled.tiling.order == TileOrder::multi && (dimensions == 2 || dimensions == 3);
}

TileGrid::TileGrid(const TiledMask& tiled) {
  const Mask& mask = tiled.mask;
  if (!fits(tiled))
    throw InputError(
        fmt::format("--query-tile: only multi-dimensional tiles of 2 or 3 dimensions have such a picture, "
                    "not {} tiles of the layout {}",
                    tiled.tiling.order == TileOrder::flat ? "flat" : "the", to_text(mask.layout.keys)));
  for (std::size_t d = 0; d < mask.layout.dimensions(); ++d) {
    Dimension dimension{{}, tiled.tiling.query_tile[d], tiled.tiling.key_tile[d]};
    Count queries = 0;
    Count keys = 0;
    const auto add = [&](Extent tokens) {
      dimension.parts.push_back({tokens, queries, keys});
      queries += ceil_div(tokens.queries, dimension.query_tile);
      keys += ceil_div(tokens.keys, dimension.key_tile);
    };
    const bool grouped = mask.is_product() && !mask.axes[d].groups.empty();
    if (!grouped) add(mask.layout.axis(d));
    if (grouped)
      for (const DilationGroup& group : mask.axes[d].groups)
        for (Count i = 0; i < group.times; ++i) add(group.relation->extent());
    dimensions_.push_back(std::move(dimension));
    query_tiles_.push_back(queries);
    key_tiles_.push_back(keys);
  }
}

Extents TileGrid::middle() const {
  Extents middle = query_tiles_;
  for (Count& each : middle) each /= 2;
  return middle;
}

OwnTiles TileGrid::own(std::size_t dimension, Count query_tile) const {
  const Dimension& of = dimensions_[dimension];
  std::size_t p = of.parts.size() - 1;
  while (of.parts[p].first_query_tile > query_tile) --p;
  const Part& part = of.parts[p];
  const Count first = (query_tile - part.first_query_tile) * of.query_tile;
  const Count last = std::min(first + of.query_tile, part.tokens.queries);
  const auto in_tiles = [&](Count query) {
    const double position = static_cast<double>(part.tokens.position(query));
    return static_cast<double>(part.first_key_tile) + position / static_cast<double>(of.key_tile);
  };
  return {in_tiles(first), in_tiles(last)};
}

Count TileGrid::number_of(const Extents& query_tile) const {
  Count number = 0;
  for (std::size_t d = 0; d < query_tile.size(); ++d) number = number * query_tiles_[d] + query_tile[d];
  return number;
}

Extents TileGrid::parse(const std::string& query_tile) const {
  const Extents tile = parse_extents(query_tile, "--query-tile", 0);
  bool there = tile.size() == query_tiles_.size();
  for (std::size_t d = 0; there && d < tile.size(); ++d) there = tile[d] < query_tiles_[d];
  if (!there)
    throw InputError(fmt::format("--query-tile: there are {} Q tiles, counted from 0 per dimension; got '{}'",
                                 to_text(query_tiles_), query_tile));
  return tile;
}

std::string describe_layout(const Layout& layout) {
  if (layout.queries == layout.keys) return describe_tokens(layout.keys, "token", "tokens");
  return describe_tokens(layout.queries, "query", "queries") + ", " + describe_tokens(layout.keys, "key", "keys");
}

std::string describe_tiles(const Tiling& tiling) {
  if (tiling.order == TileOrder::flat)
    return fmt::format("Q tiles of {} and KV tiles of {} flattened tokens", tiling.query_tile_size(),
                       tiling.key_tile_size());
  return fmt::format("Q tiles {}, KV tiles {}", to_text(tiling.query_tile), to_text(tiling.key_tile));
}

TileCount count_map(const TileMap& map) {
  TileCount count;
  for (Count tile = 0; tile < map.visited.query_blocks(); ++tile) {
    const TileCount row = count_row(map, tile);
    count.visited += row.visited;
    count.full += row.full;
  }
  return count;
}

TileCount count_row(const TileMap& map, Count query_tile) {
  return {bits_of(map.visited.row(query_tile)), bits_of(map.full.row(query_tile))};
}

}  // namespace tilewright
