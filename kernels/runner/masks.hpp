// A point's tokens and masks as kernels take them.
#pragma once

#include "kernels/mask/make_masks.hpp"
#include "kernels/runner/plan.hpp"

namespace tilewright::kernels::runner {

/// Needs both tiles. Throws Unsupported for what no kernel takes, as heads of different dilation.
Masks masks_of(const Point& point);

}  // namespace tilewright::kernels::runner
