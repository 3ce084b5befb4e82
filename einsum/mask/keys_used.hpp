// Keys that any query sees: what must be fetched at least once.
#pragma once

#include "einsum/mask/mask.hpp"

namespace tilewright {

/// Cost: the bands of the mask (of each axis, for a product) and its keys.
Count keys_used(const Mask& mask);

}  // namespace tilewright
