#include "sim/kernel/shape.hpp"

#include <algorithm>

namespace tilewright {

KernelShape shape_of(const Attention& problem, const Tiling& tiling) {
  KernelShape shape;
  if (!tiling.query_tile.empty()) shape.q = static_cast<double>(tiling.query_tile_size());
  if (!tiling.key_tile.empty()) shape.kv = static_cast<double>(tiling.key_tile_size());
  shape.head_dim = problem.head_dim;
  shape.value_dim = problem.value_dim;
  shape.word_B = std::max({problem.words.query_B, problem.words.key_B, problem.words.value_B});
  shape.dimensions = static_cast<double>(problem.layout.dimensions());
  shape.mask = {.causal = true, .window = true};
  for (const HeadMask& mask : problem.masks) {
    const MaskProperties properties = properties_of(mask.mask);
    shape.mask.causal = shape.mask.causal && properties.causal;
    shape.mask.window = shape.mask.window && properties.window;
  }
  return shape;
}

void choose_tiles(const Kernel& kernel, const Attention& problem, Tiling& tiling) {
  if (tiling.query_tile.empty() || tiling.key_tile.empty()) {
    const KernelTile& tile = default_tile(kernel.name, kernel.tiles, shape_of(problem, tiling));
    if (tiling.query_tile.empty()) tiling.query_tile = tile.tiles.query;
    if (tiling.key_tile.empty()) tiling.key_tile = tile.tiles.key;
  }
  if (kernel.dynamic_key_tiles) tiling.key_tiles = KeyTiles::dynamic;
  if (tiling.query_tile.size() == 1 && problem.layout.dimensions() > 1) tiling.order = TileOrder::flat;
  require_fits(tiling, problem.layout);
}

}  // namespace tilewright
