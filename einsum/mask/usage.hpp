// What a mask leaves: what must be computed, and fetched, at least once.
#pragma once

#include <span>

#include "einsum/mask/layout.hpp"

namespace tilewright {

struct Mask;

struct Usage {
  Count pairs = 0;
  Count queries = 0;  ///< that see any key
  Count keys = 0;     ///< that any query sees
};

/// Cost: when first asked for, the pieces of the mask (of each axis, for a product) and its keys.
Usage usage_of(const Mask& mask);

/// How many keys any query sees under any of the masks, as of heads that share keys. Cost: as usage_of() of each,
/// and the lines of keys that are used (runs of the last dimension), but for a single mask.
Count keys_of_any(std::span<const Mask* const> masks);

}  // namespace tilewright
