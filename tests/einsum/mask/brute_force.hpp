// The census by looking at every pair of tokens: the definition, word for word.
#pragma once

#include "einsum/mask/census.hpp"

namespace tilewright::brute_force {

/// Every pair of flattened tokens, row-major.
std::vector<char> pairs_of(const Mask& mask);

/// Census and Q tiles in order. `dilation` says how the tokens of each dimension are interleaved; empty: not at
/// all.
struct Counted {
  Census census;
  std::vector<TileCount> tiles;
};
Counted count_tiles(const std::vector<char>& pairs, const Layout& layout, const Tiling& tiling,
                    const Extents& dilation = {});

}  // namespace tilewright::brute_force
