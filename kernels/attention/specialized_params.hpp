// What the warp-specialised kernel is given besides an attention: maps of the tensors for the copy engine, how
// tiles lie in them, and the order of its work. Made by the host (specialized_setup.hpp).
#pragma once

#include "kernels/attention/params.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/mask/row_bits.hpp"

namespace tilewright::kernels {

/// Where the box of a tile lies in its map, whose axes are: numbers of a head, tokens of the last axis, of the
/// middle one, of the first, heads. A tile t of a group with base b has its box at b + sum of t[i] * along[i] on
/// the second axis, t[1] * middle on the third, and t[0] * outer on the fourth. Tiles that are contiguous in memory
/// lie along the second axis alone.
struct BoxSteps {
  int along[3];
  int middle;
  int outer;
};

/// Where a box begins in its map, but for the numbers of a head and the head.
struct BoxPlace {
  int along;
  int middle;
  int outer;
};

TILEWRIGHT_HOST_DEVICE constexpr BoxPlace box_of(const BoxSteps& steps, int base, const Coordinates& tile) {
  return {base + tile.at[0] * steps.along[0] + tile.at[1] * steps.along[1] + tile.at[2] * steps.along[2],
          tile.at[1] * steps.middle, tile.at[0] * steps.outer};
}

/// A piece of work: one Q tile of one head.
struct WorkItem {
  int q_tile;  ///< row-major within its group
  int head;
  int batch;
  int group;
};

/// A WorkOrder (work_order.hpp) where the kernel can read it.
struct WorkLists {
  const int* firsts;
  const int* items;
};

template <class T>
struct SpecializedParams {
  AttentionParams<T> attention;
  device::TensorMap q;
  device::TensorMap k;
  device::TensorMap v;
  BoxSteps q_steps;
  BoxSteps k_steps;
  TileBits bits;  ///< of the keys' grid
  WorkLists work;
};

/// Items are numbered by group, batch, head and Q tile, the last fastest, each group with the room of the largest.
/// Of items of several Q tiles, the first of these.
template <class T>
TILEWRIGHT_HOST_DEVICE constexpr WorkItem work_item(const AttentionParams<T>& attention, int number,
                                                    int q_tiles = 1) {
  const int tiles = ceil_divide(most_tiles(attention.queries), q_tiles);
  const int head = number / tiles;
  const int batch = head / attention.heads;
  const int group = batch / attention.batch;
  return {(number - head * tiles) * q_tiles, head - batch * attention.heads, batch - group * attention.batch,
          group};
}

}  // namespace tilewright::kernels
