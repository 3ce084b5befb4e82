// Which loops above a transfer's tile skip what a mask leaves out.
#pragma once

#include "sim/nest/mask_share.hpp"
#include "sim/nest/transfer_count.hpp"

namespace tilewright {

struct TransferSkips {
  SkippingLoops at_parent;  ///< one access serves all instances that want the same
  SkippingLoops at_child;   ///< each instance for itself
  SkippingLoops touching;   ///< of elements that are touched at all
};

/// `trips`: those that move the tile.
TransferSkips skips_of(const Transfer& transfer, Trips trips, const MaskShare& mask);

}  // namespace tilewright
