#include "sim/kernel/shape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

// Those that all heads have.
MaskProperties properties_of(const Request& request) {
  MaskProperties all{.causal = true, .window = true};
  for (const HeadMask& mask : request.masks) {
    const MaskProperties properties = properties_of(mask.mask);
    all.causal = all.causal && properties.causal;
    all.window = all.window && properties.window;
  }
  return all;
}

// One call of a kernel takes all requests. Those that decode are as they are under causal masks, those that are
// shorter than the window as they are without one.
MaskProperties properties_of(const Attention& problem) {
  MaskProperties all;
  bool none_after = true;
  for (const Request& request : problem.requests) {
    const MaskProperties properties = properties_of(request);
    all.causal = all.causal || properties.causal;
    all.window = all.window || properties.window;
    none_after = none_after && (properties.causal || tokens_of(request.layout.queries) == 1);
  }
  all.causal = all.causal && none_after;
  return all;
}

}  // namespace

KernelShape shape_of(const Attention& problem, const Tiling& tiling) {
  KernelShape shape;
  if (!tiling.query_tile.empty()) shape.q = static_cast<double>(tiling.query_tile_size());
  if (!tiling.key_tile.empty()) shape.kv = static_cast<double>(tiling.key_tile_size());
  shape.head_dim = problem.head_dim;
  shape.value_dim = problem.value_dim;
  shape.word_B = std::max({problem.words.query_B, problem.words.key_B, problem.words.value_B});
  shape.dimensions = static_cast<double>(problem.requests.front().layout.dimensions());
  shape.mask = properties_of(problem);
  return shape;
}

KernelShape computed_shape(const Kernel& kernel, KernelShape shape) {
  if (!kernel.computes) return shape;
  const auto padded = [&](const Expression& expression, double least) {
    const double value = expression.evaluate(slots_of(shape));
    if (!(value >= least))
      expression.fail(fmt::format("expected at least the {} of the heads, got {}", least, value));
    return value;
  };
  const double head_dim = padded(kernel.computes->head_dim, shape.head_dim);
  shape.value_dim = padded(kernel.computes->value_dim, shape.value_dim);
  shape.head_dim = head_dim;
  return shape;
}

void choose_tiles(const Kernel& kernel, const Attention& problem, Tiling& tiling) {
  if (tiling.query_tile.empty() || tiling.key_tile.empty()) {
    const TileChoice& tiles = kernel.chosen_tiles
                                  ? *kernel.chosen_tiles
                                  : default_tile(kernel.name, kernel.tiles, shape_of(problem, tiling)).tiles;
    if (tiling.query_tile.empty()) tiling.query_tile = tiles.query;
    if (tiling.key_tile.empty()) tiling.key_tile = tiles.key;
  }
  if (kernel.key_tiles != KeyTiles::fixed) tiling.key_tiles = kernel.key_tiles;
  tiling.gather = kernel.gather;
  const Layout& layout = problem.requests.front().layout;
  if (tiling.query_tile.size() == 1 && layout.dimensions() > 1) tiling.order = TileOrder::flat;
  require_fits(tiling, layout);
}

}  // namespace tilewright
