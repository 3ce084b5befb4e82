// A point's tokens and masks as kernels take them.
#pragma once

#include "kernels/mask/make_masks.hpp"
#include "kernels/plan/row.hpp"

namespace tilewright::kernels::runner {

/// Needs both tiles. Throws Unsupported for what no kernel takes, as heads of different dilation.
Masks masks_of(const plan::Row& point);

/// Where the queries lie, permuted to the order of tiles or not, whatever the point says of its keys.
TokenGrid query_grid(const plan::Row& point, bool permuted);

}  // namespace tilewright::kernels::runner
