// Makes the parameters of the warp-specialised kernel, on the host.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "kernels/attention/specialized_params.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/mask/token_grid.hpp"

namespace tilewright::kernels {

/// Whether the tokens of every tile follow each other in memory, padding included.
constexpr bool tiles_contiguous(const TokenGrid& grid) {
  const int line = grid.tile[2];
  const int plane = grid.tile[1] * line;
  return grid.row_stride[0] == plane && grid.row_stride[1] == line && grid.tile_stride[2] == tile_size(grid);
}

constexpr BoxSteps box_steps(const TokenGrid& grid) {
  if (tiles_contiguous(grid)) return {{grid.tile_stride[0], grid.tile_stride[1], grid.tile_stride[2]}, 0, 0};
  return {{0, 0, grid.tile[2]}, grid.tile[1], grid.tile[0]};
}

/// The map of a contiguous tensor [heads, tokens of the grid, head_dim], whose box is a tile, 128 bytes of its
/// columns.
inline device::TensorMap map_of_tiles(const TokenGrid& grid, const void* tensor, int head_dim, int heads,
                                      int number_B = 2) {
  device::TensorShape shape;
  shape.base = tensor;
  shape.stride_B[0] = number_B;
  shape.box[0] = device::box_row_B / number_B;
  shape.size[0] = head_dim;
  shape.size[4] = heads;
  if (tiles_contiguous(grid)) {
    shape.size[1] = grid.memory_tokens;
    shape.box[1] = tile_size(grid);
  } else {
    for (int i = 0; i < 3; ++i) {
      shape.size[3 - i] = grid.extent[i];
      shape.box[3 - i] = grid.tile[i];
    }
  }
  for (int i = 1; i < device::tensor_axes; ++i) shape.stride_B[i] = shape.stride_B[i - 1] * shape.size[i - 1];
  return device::make_tensor_map(shape);
}

/// Throws std::invalid_argument for tiles that are not the kernel's, and for tokens that lie as the copy engine
/// cannot take them.
template <class Kernel>
void check_tiles(const TokenGrid& queries, const TokenGrid& keys) {
  if (tile_size(queries) != Kernel::q_tile || tile_size(keys) != Kernel::kv_tile) {
    throw std::invalid_argument("the kernel's tiles have other sizes");
  }
  if (group_count(keys) > 1 && !(tiles_contiguous(queries) && tiles_contiguous(keys))) {
    throw std::invalid_argument("the specialised kernel takes dilated tokens only permuted");
  }
}

/// Throws as check_tiles().
template <class Kernel>
typename Kernel::Params specialized_params(const AttentionParams<typename Kernel::Number>& attention,
                                           const WorkLists& work) {
  const TokenGrid& queries = attention.queries;
  const TokenGrid& keys = attention.keys;
  check_tiles<Kernel>(queries, keys);
  constexpr int number_B = sizeof(typename Kernel::Number);
  const int kv_heads = attention.batch * attention.kv_heads;
  return {attention,
          map_of_tiles(queries, attention.q, Kernel::head_dim, attention.batch * attention.heads, number_B),
          map_of_tiles(keys, attention.k, Kernel::head_dim, kv_heads, number_B),
          map_of_tiles(keys, attention.v, Kernel::head_dim, kv_heads, number_B),
          box_steps(queries),
          box_steps(keys),
          TileBits::of(keys),
          work};
}

}  // namespace tilewright::kernels
