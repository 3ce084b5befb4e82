#include "sim/nest/cycle/tile_mask.hpp"

#include <algorithm>
#include <map>

#include "common/error.hpp"

namespace tilewright {

namespace {

void refuse_lanes(const MaskShare& mask, const Tree& tree, const SizedTree& sized, const TileNest& nest) {
  for (const NodeId node : sized.flat().loops) {
    const auto& loop = std::get<Loop>(tree.nodes[node].what);
    if (!loop.spatial || tree.nodes[node].group != nest.group || sized.factor(node) == 1) continue;
    if (!mask.is_query(loop.rank) && !mask.is_key(loop.rank)) continue;
    if (loop.independent)
      throw InfeasibleError("independent instances are not simulated under a mask; 'evaluate' takes them");
    for (const TileLoop& below : nest.loops)
      if (node < below.node && mask.is_query(below.rank) == mask.is_query(loop.rank) &&
          mask.is_key(below.rank) == mask.is_key(loop.rank))
        throw InfeasibleError("lanes above a loop over the same tokens are not simulated under a mask");
  }
}

}  // namespace

TileMask::TileMask(const MaskShare& mask, const Tree& tree, const SizedTree& sized, const TileNest& nest,
                   const std::vector<TileSize>& granules)
    : granules_(granules) {
  refuse_lanes(mask, tree, sized, nest);
  const VisitedShare& tiles = mask.tiles();
  for (const TileSize& granule : granules) {
    std::vector<BlockMap>& maps = maps_.emplace_back();
    for (const HeadMask& head : tiles.masks()) maps.push_back(tiles.map(head, granule));
  }
  for (const HeadMask& head : tiles.masks()) heads_.push_back(head.heads);
  const Extent tokens = tiles.masks().front().mask.layout.flattened();
  all_ = {tokens.queries, tokens.keys, static_cast<Count>(tiles.heads())};
  std::map<RankId, Count> left;
  for (const TileLoop& loop : nest.loops) {
    Side side = sides;
    if (mask.is_query(loop.rank)) side = query_side;
    if (mask.is_key(loop.rank)) side = key_side;
    if (loop.rank == mask.heads() && heads_.size() > 1) side = head_side;
    sides_.push_back(loop.times == 1 ? sides : side);
    const auto shape = static_cast<Count>(sized.numbers().shapes[loop.rank]);
    Count& extent = left.try_emplace(loop.rank, shape).first->second;
    extent = static_cast<Count>(sized.extent(loop.node, static_cast<double>(extent)));
    apart_.push_back(extent * mask.tokens_apart(loop.rank));
  }
  refuse_scattered_tokens(nest);
}

// Each loop divides what the loops above it over the same tokens leave into runs.
void TileMask::refuse_scattered_tokens(const TileNest& nest) const {
  std::array<Count, sides> run = all_;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (sides_[i] == sides) continue;
    if (apart_[i] * nest.loops[i].times < run[sides_[i]])
      throw InfeasibleError("tiles of tokens that are not in a row are not simulated under a mask");
    run[sides_[i]] = apart_[i];
  }
}

TileMask::Range TileMask::range(Side side, const std::vector<std::int64_t>& at) const {
  Range range{0, all_[side]};
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (sides_[i] != side) continue;
    range.first += at[i] * apart_[i];
    range.size = apart_[i];
  }
  range.size = std::min(range.size, all_[side] - range.first);
  return range;
}

double TileMask::share(const std::vector<std::int64_t>& at, std::size_t granule) const {
  const Range queries = range(query_side, at);
  const Range keys = range(key_side, at);
  if (queries.size <= 0 || keys.size <= 0) return 0;
  std::size_t run = 0;
  for (Count head = range(head_side, at).first; run + 1 < heads_.size() && head >= heads_[run]; ++run)
    head -= heads_[run];
  const auto [height, width] = granules_[granule];
  const BlockMap& map = maps_[granule][run];
  const Count rows_end = ceil_div(queries.first + queries.size, height);
  const Count columns_end = ceil_div(keys.first + keys.size, width);
  Count visited = 0;
  Count all = 0;
  for (Count row = queries.first / height; row < rows_end; ++row)
    for (Count column = keys.first / width; column < columns_end; ++column) {
      visited += map.test(row, column) ? 1 : 0;
      ++all;
    }
  return static_cast<double>(visited) / static_cast<double>(all);
}

}  // namespace tilewright
