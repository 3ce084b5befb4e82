// A neighborhood whose window and stride are whole tiles: all queries of a tile see the same window. With an odd
// number of tiles per window that window is made of whole tiles, the query's in the middle; with an even number it
// begins and ends half a tile off, as the neighborhood's definition has it (einsum/mask/neighborhood.hpp).
//
// Source: P. Zhang, Y. Chen, R. Su, H. Ding, I. Stoica, Z. Liu, H. Zhang, "Fast Video Generation with Sliding Tile
// Attention", ICML 2025, section 3.
#include <fmt/format.h>

#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extents tile = arguments.extents("tile", scene.layout.dimensions());
  const Extents window = arguments.extents("window", scene.layout.dimensions());
  for (std::size_t d = 0; d < tile.size(); ++d) {
    const Count keys = scene.layout.keys[d];
    if (keys % tile[d] != 0)
      arguments.fail("tile", fmt::format("{} does not divide the {} keys of its dimension", tile[d], keys));
    if (window[d] % tile[d] != 0)
      arguments.fail("window",
                     fmt::format("{} is not a multiple of the tile of its dimension, {}", window[d], tile[d]));
  }
  Arguments neighborhood(arguments.pattern());
  neighborhood.set("window", arguments.text("window"));
  neighborhood.set("stride", arguments.text("tile"));
  return make_mask(neighborhood_pattern, neighborhood, scene);
}

}  // namespace

const Pattern sliding_tile_pattern{
    .name = "sliding-tile",
    .summary = "gna whose window and stride are whole tiles",
    .source = "Zhang et al., Sliding Tile Attention, 2025",
    .parameters = {{"tile", "tokens per dimension; divides its extent"},
                   {"window", "keys per dimension: a multiple of the tile, at most the extent"}},
    .example = "tile=4x4,window=12x12",
    .example_layout = "16x20",
    .make = make};

}  // namespace tilewright
