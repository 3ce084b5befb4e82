#include "mappings/kernel/kernel.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

std::vector<double> slots_of(const KernelShape& shape) {
  return {shape.q,      shape.kv,         shape.head_dim,          shape.value_dim,
          shape.word_B, shape.dimensions, shape.causal ? 1.0 : 0.0};
}

const KernelTile& default_tile(const Kernel& kernel, const KernelShape& shape) {
  const std::vector<double> slots = slots_of(shape);
  const auto fits = [&](const Extents& tile) {
    return tile.size() == 1 || static_cast<double>(tile.size()) == shape.dimensions;
  };
  const auto holds = [&](const Expression& condition) {
    const double value = condition.evaluate(slots);
    return value != 0 && !std::isnan(value);
  };
  for (const KernelTile& tile : kernel.tiles)
    if (fits(tile.query) && fits(tile.key) && holds(tile.when)) return tile;
  throw InfeasibleError(fmt::format("kernel '{}' has no tiles for {} dimensions with heads of {} and {}{}",
                                    kernel.name, shape.dimensions, shape.head_dim, shape.value_dim,
                                    shape.causal ? ", causal" : ""));
}

}  // namespace tilewright
