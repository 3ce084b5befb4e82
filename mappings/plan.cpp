#include "mappings/plan.hpp"

#include "mappings/plan_builder.hpp"

namespace tilewright {

Plan make_plan(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const std::vector<char>& active) {
  return PlanBuilder(cascade, arch, mapping, active).build();
}

double product(const std::vector<int>& loops, const Frame& frame) {
  double result = 1;
  for (const int loop : loops) result *= frame.factors[static_cast<std::size_t>(loop)];
  return result;
}

double selected(const Tile& tile, int loop, const Frame& frame) {
  return (tile.shared ? frame.shared_factors : frame.factors)[static_cast<std::size_t>(loop)];
}

double tensor_elements(const Tile& tile, const Frame& frame) {
  const std::vector<double>& shapes = tile.shared ? frame.shared_shapes : frame.shapes;
  double result = 1;
  for (const RankId rank : tile.ranks) result *= shapes[static_cast<std::size_t>(rank)];
  return result;
}

double tile_elements(const Tile& tile, const Frame& frame) {
  double tiles = 1;
  for (const int loop : tile.loops) tiles *= selected(tile, loop, frame);
  return tensor_elements(tile, frame) / tiles;
}

}  // namespace tilewright
