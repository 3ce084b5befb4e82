// Every tile shape of given sizes, to choose from.
#pragma once

#include <vector>

#include "mappings/kernel/tiles.hpp"

namespace tilewright {

/// Every way to write both sizes as a product of so many extents, in order. Throws InputError for tiles of more
/// than 2^16 tokens, and for more than 20,000 pairs of shapes.
std::vector<TileChoice> tiles_of_size(Count query_size, Count key_size, std::size_t dimensions);

}  // namespace tilewright
