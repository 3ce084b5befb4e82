#include "sim/nest/visited_share.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "einsum/mask/usage.hpp"

namespace tilewright {

namespace {

bool divides(const Extents& tile, const Extents& layout) {
  return std::ranges::equal(tile, layout, [](Count part, Count whole) { return whole % part == 0; });
}

}  // namespace

VisitedShare::VisitedShare(std::vector<HeadMask> masks, std::optional<StatedTiles> stated, Place place)
    : masks_(std::move(masks)), stated_(std::move(stated)), place_(std::move(place)) {
  for (const HeadMask& head : masks_) heads_ += static_cast<double>(head.heads);
  pairs_left_ = keys_left_ = queries_left_ = 0;
  const Extent all = masks_.front().mask.layout.flattened();
  for (const HeadMask& head : masks_) {
    const double share = static_cast<double>(head.heads) / heads_;
    const Usage left = usage_of(head.mask);
    pairs_left_ +=
        share * static_cast<double>(left.pairs) / static_cast<double>(all.queries) / static_cast<double>(all.keys);
    keys_left_ += share * static_cast<double>(left.keys) / static_cast<double>(all.keys);
    queries_left_ += share * static_cast<double>(left.queries) / static_cast<double>(all.queries);
  }
}

void VisitedShare::require_alike(Count heads_in_a_row) const {
  if (masks_.size() == 1) return;
  Count heads = 0;
  for (const HeadMask& mask : masks_) {
    heads += mask.heads;
    if (heads % heads_in_a_row == 0) continue;
    throw InputError(place_, "workload.mask",
                     fmt::format("the {} heads that share keys and values need the same mask, but it changes after "
                                 "{} heads",
                                 heads_in_a_row, heads));
  }
}

double VisitedShare::of(const TileSize& tile) {
  const auto known = shares_.find(tile);
  if (known != shares_.end()) return known->second;
  double share = 0;
  const double key_tiles = static_cast<double>(ceil_div(masks_.front().mask.layout.flattened().keys, tile.second));
  const bool even = !cut_off(tile);
  for (const HeadMask& mask : masks_) {
    const double heads = static_cast<double>(mask.heads) / heads_;
    if (!even) {
      share += heads * most_visited_share(map(mask, tile));
      continue;
    }
    const auto tiles = visits(mask, tile);
    double visited = 0;
    for (const TileCount& count : tiles) visited += static_cast<double>(count.visited);
    share += heads * visited / key_tiles / static_cast<double>(tiles.size());
  }
  return shares_[tile] = share;
}

// Whether the last tile of a side is smaller than the others.
bool VisitedShare::cut_off(const TileSize& tile) const {
  const Extent all = masks_.front().mask.layout.flattened();
  return all.queries % tile.first != 0 || all.keys % tile.second != 0;
}

// A last tile of a side weighs somewhere between its part of a full tile, as the points in it do, and a full tile,
// as a step of lanes does. The share is a ratio of two functions that are linear in either weight, so the most is
// where both are at an end.
double VisitedShare::most_visited_share(const BlockMap& tiles) {
  const Count last_row = tiles.query_blocks() - 1;
  const Count last_column = tiles.key_blocks() - 1;
  std::array<std::array<double, 2>, 2> visited{};  // by whether in the last row, in the last column
  for (Count row = 0; row <= last_row; ++row)
    for (Count column = 0; column <= last_column; ++column)
      if (tiles.test(row, column)) ++visited[row == last_row ? 1 : 0][column == last_column ? 1 : 0];
  const auto part = [](Count in, Count of) { return static_cast<double>(in) / static_cast<double>(of); };
  double most = 0;
  for (const double row : {1.0, part(tiles.queries_in(last_row), tiles.query_block())})
    for (const double column : {1.0, part(tiles.keys_in(last_column), tiles.key_block())})
      most =
          std::max(most, (visited[0][0] + row * visited[1][0] + column * (visited[0][1] + row * visited[1][1])) /
                             (static_cast<double>(last_row) + row) / (static_cast<double>(last_column) + column));
  return most;
}

std::vector<TileCount> VisitedShare::visits(const HeadMask& mask, const TileSize& tile) const {
  if (!stated_) return visits_of(mask.mask, {TileOrder::flat, KeyTiles::fixed, {tile.first}, {tile.second}});
  return census_of(stated_tiles(mask, tile), in_stated_tiles(tile)).tiles;
}

BlockMap VisitedShare::map(const HeadMask& mask, const TileSize& tile) const {
  if (!stated_)
    return map_tiles(mask.mask, {TileOrder::flat, KeyTiles::fixed, {tile.first}, {tile.second}}).visited;
  return map_tiles(stated_tiles(mask, tile), in_stated_tiles(tile)).visited;
}

AxisTiles VisitedShare::in_stated_tiles(const TileSize& tile) const {
  return {tile.first / tokens_of(stated_->queries), tile.second / tokens_of(stated_->keys)};
}

// One block per pair of tiles that the mapping states, in a row; larger tiles are runs of them.
BlockMap VisitedShare::stated_tiles(const HeadMask& mask, const TileSize& tile) const {
  const Tiling multi{TileOrder::multi, KeyTiles::fixed, stated_->queries, stated_->keys};
  const auto refuse = [&](const std::string& why) {
    throw InfeasibleError(place_, "workload.mask",
                          fmt::format("tiles {} and {} of mapping '{}' {}", to_text(multi.query_tile),
                                      to_text(multi.key_tile), stated_->mapping, why));
  };
  const Layout& layout = mask.mask.layout;
  if (multi.query_tile.size() != layout.dimensions() || multi.key_tile.size() != layout.dimensions())
    refuse(fmt::format("have not the {} dimensions of the layout {}", layout.dimensions(), to_text(layout.keys)));
  if (!divides(multi.query_tile, layout.queries) || !divides(multi.key_tile, layout.keys))
    refuse(fmt::format("do not divide the layout {} of the queries, {} of the keys", to_text(layout.queries),
                       to_text(layout.keys)));
  if (tile.first % multi.query_tile_size() != 0 || tile.second % multi.key_tile_size() != 0)
    refuse(fmt::format("do not divide its loops' tiles of {} and {} tokens", tile.first, tile.second));
  return map_tiles(mask.mask, multi).visited;
}

}  // namespace tilewright
