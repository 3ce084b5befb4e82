#include "sim/kernel/shape.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// The keys of a query are those up to its own position.
bool sees_all_before(const Relation& relation, Count query) {
  Bands bands;
  relation.bands(query, query + 1, bands);
  return bands.segments.size() == 1 && bands.segments[0].low.at == 0 &&
         bands.segments[0].high.at == relation.extent().position(query) + 1;
}

bool is_causal(const Mask& mask) {
  if (mask.axes.size() != 1 || mask.layout.dimensions() != 1) return false;
  const Relation& relation = *mask.axes[0].relation;
  const Count last = relation.extent().queries - 1;
  // A decoding query sees all keys, and so it is under any mask that looks back without end.
  if (last == 0 || relation.blocks() != nullptr) return false;
  if (!sees_all_before(relation, 0) || !sees_all_before(relation, last)) return false;
  Bands bands;
  relation.bands(0, last + 1, bands);
  for (const Band& band : bands.bands) {
    if (band.end - band.begin != 1) return false;
    const Segment& segment = bands.segments[band.begin];
    const bool one = band.last - band.first == 1;
    const bool from_first = segment.low.at == 0 && (one || !segment.low.rises);
    const bool to_own =
        segment.high.at == relation.extent().position(band.first) + 1 && (one || segment.high.rises);
    if (!from_first || !to_own) return false;
  }
  return true;
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
  shape.causal = true;
  for (const Request& request : problem.requests)
    for (const HeadMask& mask : request.masks) shape.causal = shape.causal && is_causal(mask.mask);
  return shape;
}

void choose_tiles(const Kernel& kernel, const Attention& problem, Tiling& tiling) {
  if (tiling.query_tile.empty() || tiling.key_tile.empty()) {
    const KernelTile& tile = default_tile(kernel.name, kernel.tiles, shape_of(problem, tiling));
    if (tiling.query_tile.empty()) tiling.query_tile = tile.tiles.query;
    if (tiling.key_tile.empty()) tiling.key_tile = tile.tiles.key;
  }
  if (kernel.dynamic_key_tiles) tiling.key_tiles = KeyTiles::dynamic;
  const Layout& layout = problem.requests.front().layout;
  if (tiling.query_tile.size() == 1 && layout.dimensions() > 1) tiling.order = TileOrder::flat;
  require_fits(tiling, layout);
}

}  // namespace tilewright
