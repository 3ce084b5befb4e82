#include "mappings/kernel/swizzle.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

const Symbols& swizzle_symbols() {
  static const Symbols symbols = [] {
    Symbols names = kernel_symbols();
    names.add("keys");
    names.add("group");
    return names;
  }();
  return symbols;
}

double heads_side_by_side(const KernelSchedule& schedule, const KernelShape& shape, double keys, double group) {
  std::vector<double> slots = slots_of(shape);
  slots.push_back(keys);
  slots.push_back(group);
  const double heads = schedule.swizzle.evaluate(slots);
  if (!(heads >= 1) || !std::isfinite(heads) || heads != std::floor(heads))
    schedule.swizzle.fail(fmt::format("expected a whole number of at least 1, got {}", heads));
  return heads;
}

}  // namespace tilewright
