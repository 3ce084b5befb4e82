// The first tokens of a mask: of a layout that was padded, those that were there before.
#pragma once

#include "einsum/mask/mask.hpp"

namespace tilewright {

/// The pairs of the first queries and keys of every dimension. The mask is a product, and has as many queries and
/// keys more per dimension, alike of both, so that queries keep their positions.
Mask cropped(const Mask& mask, const Layout& layout);

}  // namespace tilewright
