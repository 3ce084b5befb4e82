// All queries of a tile see the same window, which is whole tiles. With n tiles in a dimension, w of them in the
// window, the window of tile i begins at tile i - floor(w / 2), moved inwards at the ends: the query's tile is in
// the middle, or, of an even number, the first one behind it. Neighborhoods (einsum/mask/neighborhood.hpp) with the
// tile as their stride are the same for odd w; for even ones they stand half a tile further.
//
// Source: P. Zhang, Y. Chen, R. Su, H. Ding, I. Stoica, Z. Liu, H. Zhang, "Fast Video Generation with Sliding Tile
// Attention", ICML 2025, section 3.
#include <fmt/format.h>

#include <algorithm>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

Axis window_of_tiles(Extent extent, Count tile, Count window) {
  const auto seen = [=, last = extent.keys - window](Count query_tile, std::vector<Segment>& segments) {
    const Count first = std::clamp((query_tile - window / tile / 2) * tile, Count{0}, last);
    segments.push_back(fixed_segment(first, first + window));
  };
  return {by_query_block(extent, tile, false, seen)};
}

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extents tile = arguments.extents("tile", scene.layout.dimensions());
  const Extents window = arguments.extents("window", scene.layout.dimensions());
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < tile.size(); ++d) {
    const Count keys = scene.layout.keys[d];
    if (keys % tile[d] != 0)
      arguments.fail("tile", fmt::format("{} does not divide the {} keys of its dimension", tile[d], keys));
    if (window[d] % tile[d] != 0)
      arguments.fail("window",
                     fmt::format("{} is not a multiple of the tile of its dimension, {}", window[d], tile[d]));
    if (window[d] > keys)
      arguments.fail("window", fmt::format("{} is more than the {} keys of its dimension", window[d], keys));
    axes.push_back(window_of_tiles(scene.layout.axis(d), tile[d], window[d]));
  }
  return product_mask(scene.layout, std::move(axes));
}

}  // namespace

const Pattern sliding_tile_pattern{
    .name = "sliding-tile",
    .summary = "whole tiles around the query's own, per dimension",
    .source = "Zhang et al., Sliding Tile Attention, 2025",
    .parameters = {{"tile", "tokens per dimension; divides its extent"},
                   {"window", "keys per dimension: a multiple of the tile, at most the extent"}},
    .example = "tile=4x4,window=12x12",
    .example_layout = "16x20",
    .make = make};

}  // namespace tilewright
