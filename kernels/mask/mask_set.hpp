// The masks of all heads of a problem, as a kernel takes them by value.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

inline constexpr int most_rules = 4;

struct MaskSet {
  MaskRule rules[most_rules];
  const std::uint8_t* rule_of_head = nullptr;  ///< nullptr: all heads have rules[0]
};

/// Which of the rules a query head has.
TILEWRIGHT_HOST_DEVICE constexpr int rule_of(const MaskSet& masks, int head) {
  return masks.rule_of_head == nullptr ? 0 : masks.rule_of_head[head];
}

/// What a block works in: group `group` under the rule of query head `head`. `queries` and `keys` are the grids of
/// any group.
TILEWRIGHT_HOST_DEVICE constexpr MaskScene scene_of(const TokenGrid& queries, const TokenGrid& keys,
                                                    const MaskSet& masks, int head, int group = 0) {
  return {group_of(queries, group), group_of(keys, group), masks.rules[rule_of(masks, head)]};
}

/// One rule for all heads.
TILEWRIGHT_HOST_DEVICE constexpr MaskSet one_mask(const MaskRule& rule) {
  return {{rule, rule, rule, rule}, nullptr};
}

}  // namespace tilewright::kernels
