#include "kernels/attention/specialized_launch.hpp"

#include <algorithm>

namespace tilewright::kernels {
namespace {

bool visits_all(const Masks& masks, const MaskRule& rule) {
  bool all = true;
  for (int i = 0; i < 3; ++i) all = all && rule.window[i] == masks.keys.extent[i] && !rule.causal[i];
  return all;
}

}  // namespace

int q_tiles_of_item(const Instance& instance, const Masks& masks) {
  const auto& rules = masks.rules;
  const bool dense =
      masks.lists.empty() && group_count(masks.keys) == 1 &&
      std::all_of(rules.begin(), rules.end(), [&](const MaskRule& rule) { return visits_all(masks, rule); });
  return dense && instance.head_dim == 128 && instance.dtype != "fp8" ? 2 : 1;
}

}  // namespace tilewright::kernels
