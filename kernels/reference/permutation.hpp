// Where the tokens of a layout lie once they are permuted so that each tile is contiguous.
//
// Source: A. Hassani et al., "Generalized Neighborhood Attention", 2025 (token permutation).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tilewright::kernels::reference {

/// Row-major tokens; axes that a layout lacks have extent, tile and dilation 1.
struct Permutation {
  std::array<std::int64_t, 3> extent{1, 1, 1};
  std::array<std::int64_t, 3> tile{1, 1, 1};
  std::array<std::int64_t, 3> dilation{1, 1, 1};

  /// Tiles of a dilation group on an axis: every group takes the room of the largest.
  [[nodiscard]] constexpr std::int64_t tiles(std::size_t axis) const {
    const std::int64_t group = (extent[axis] + dilation[axis] - 1) / dilation[axis];
    return (group + tile[axis] - 1) / tile[axis];
  }

  /// Memory places of a head, padding included.
  [[nodiscard]] constexpr std::int64_t places() const {
    std::int64_t product = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) product *= dilation[axis] * tiles(axis) * tile[axis];
    return product;
  }

  /// Place of token `token`: by dilation group, then by tile, then within the tile, each in row-major order.
  [[nodiscard]] constexpr std::int64_t place(std::int64_t token) const {
    const std::array<std::int64_t, 3> at{token / (extent[1] * extent[2]), token / extent[2] % extent[1],
                                         token % extent[2]};
    std::int64_t group = 0;
    std::int64_t tile_index = 0;
    std::int64_t within = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int64_t member = at[axis] / dilation[axis];
      group = group * dilation[axis] + at[axis] % dilation[axis];
      tile_index = tile_index * tiles(axis) + member / tile[axis];
      within = within * tile[axis] + member % tile[axis];
    }
    const std::int64_t tile_tokens = tile[0] * tile[1] * tile[2];
    return (group * tiles(0) * tiles(1) * tiles(2) + tile_index) * tile_tokens + within;
  }
};

}  // namespace tilewright::kernels::reference
