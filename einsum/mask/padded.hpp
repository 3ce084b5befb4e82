// Masks in layouts that are padded to whole tiles: windows have room to stand at the edge of a tile, and no token
// that is there sees, or is seen by, one that is not.
#pragma once

#include <array>

#include "einsum/mask/mask.hpp"
#include "einsum/mask/pattern.hpp"

namespace tilewright {

/// Tokens of padding to the next whole Q tile, and to the next whole KV tile.
std::array<Count, 2> paddings_of(Extent extent, Count query_tile, Count key_tile);

/// With so many tokens more per dimension, as many queries as keys.
Layout padded(Layout layout, const Extents& padding);
/// The mask that the rule makes of a padded layout, of the tokens that are in `layout`.
Mask padded_mask(const Arguments& rule, const Layout& layout, const Extents& padding);

}  // namespace tilewright
