// Kernels that make inputs on the device and look for what was not written of an output.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/mask/token_grid.hpp"
#include "kernels/reference/inputs.hpp"

namespace tilewright::kernels::runner {

/// Where a token, counted in the order of its layout, lies in the memory of a head. `grid` is that of any group.
TILEWRIGHT_HOST_DEVICE constexpr std::int64_t place_of(const TokenGrid& grid, std::int64_t token) {
  int member[3] = {};  // index within the token's dilation group
  int group = 0;
  int groups = 1;
  for (int axis = 2; axis >= 0; --axis) {
    const auto at = static_cast<int>(token % grid.whole_extent[axis]);
    token /= grid.whole_extent[axis];
    const int position = at + grid.whole_position[axis];
    group += position % grid.dilation[axis] * groups;
    groups *= grid.dilation[axis];
    member[axis] = position / grid.dilation[axis];
  }
  const TokenGrid of = group_of(grid, group);
  Coordinates tile{};
  Coordinates row{};
  for (int axis = 0; axis < 3; ++axis) {
    const int index = member[axis] - of.position[axis];
    tile.at[axis] = index / of.tile[axis];
    row.at[axis] = index % of.tile[axis];
  }
  return token_at(of, tile, row);
}

/// Elements are drawn by their index in the order of the layout, and lie where the grid says.
template <class T>
struct FillInputs {
  struct Params {
    T* data;  ///< [heads, grid.memory_tokens, head_dim]
    std::int64_t elements;
    std::uint64_t seed;
    reference::Input tensor;
    int head_dim;
    TokenGrid grid;
  };
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    const TokenGrid& grid = params.grid;
    const std::int64_t tokens = std::int64_t{grid.whole_extent[0]} * grid.whole_extent[1] * grid.whole_extent[2];
    const std::int64_t first = std::int64_t{device::block_index().x} * threads + device::thread_index();
    for (std::int64_t i = first; i < params.elements; i += std::int64_t{device::grid_size().x} * threads) {
      const std::int64_t row = i / params.head_dim;
      const std::int64_t head = row / tokens;
      const std::int64_t place = head * grid.memory_tokens + place_of(grid, row - head * tokens);
      params.data[place * params.head_dim + (i - row * params.head_dim)] =
          reference::input<T>(params.seed, params.tensor, static_cast<std::uint64_t>(i));
    }
  }
};

/// Counts the 16-bit elements that hold `value`.
struct CountValue {
  struct Params {
    const std::uint16_t* data;
    std::int64_t elements;
    std::uint16_t value;
    int* count;  ///< added to
  };
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    int found = 0;
    const std::int64_t first = std::int64_t{device::block_index().x} * threads + device::thread_index();
    for (std::int64_t i = first; i < params.elements; i += std::int64_t{device::grid_size().x} * threads) {
      found += params.data[i] == params.value ? 1 : 0;
    }
    if (found > 0) device::atomic_add(params.count, found);
  }
};

}  // namespace tilewright::kernels::runner
