// What a mask leaves: what must be computed, and fetched, at least once.
#pragma once

#include "einsum/mask/mask.hpp"

namespace tilewright {

struct Usage {
  Count pairs = 0;
  Count queries = 0;  ///< that see any key
  Count keys = 0;     ///< that any query sees
};

/// Cost: the bands of the mask (of each axis, for a product) and its keys.
Usage usage_of(const Mask& mask);

}  // namespace tilewright
