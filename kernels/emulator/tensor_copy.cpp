#include "kernels/device/tensor_copy.hpp"

#include "kernels/device/cluster.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/emulator/block.hpp"
#include "kernels/emulator/mbarrier.hpp"

namespace tilewright::kernels::device {
namespace {

constexpr int row_B = box_row_B;
constexpr int piece_B = 16;
constexpr int pattern_B = 1024;  // after which the permutation of pieces repeats

using Coordinates = std::array<std::int64_t, tensor_axes>;

int rows_of(const TensorShape& shape) {
  int rows = 1;
  for (int i = 1; i < tensor_axes; ++i) rows *= shape.box[i];
  return rows;
}

// Where row `row` of the box at `box` begins in the tensor; false if it lies outside on an axis other than 0.
bool row_at(const TensorShape& shape, const Coordinates& box, int row, Coordinates& at) {
  at[0] = box[0];
  bool inside = true;
  for (std::size_t i = 1; i < tensor_axes; ++i) {
    at[i] = box[i] + row % shape.box[i];
    row /= shape.box[i];
    inside = inside && at[i] >= 0 && at[i] < shape.size[i];
  }
  return inside;
}

std::array<std::byte, row_B> read_row(const TensorShape& shape, const Coordinates& at, bool inside) {
  std::array<std::byte, row_B> row{};
  if (!inside) return row;
  const std::int64_t number_B = shape.stride_B[0];
  const std::int64_t first = std::clamp<std::int64_t>(-at[0], 0, shape.box[0]);
  const std::int64_t last = std::clamp<std::int64_t>(shape.size[0] - at[0], first, shape.box[0]);
  if (first == last) return row;
  const auto* from = static_cast<const std::byte*>(shape.base) + number_B * (at[0] + first);
  for (std::size_t i = 1; i < tensor_axes; ++i) from += at[i] * shape.stride_B[i];
  std::memcpy(&row[static_cast<std::size_t>(number_B * first)], from,
              static_cast<std::size_t>(number_B * (last - first)));
  return row;
}

void copy_box(std::byte* shared, const TensorShape& shape, const Coordinates& box) {
  for (int row = 0; row < rows_of(shape); ++row, shared += row_B) {
    Coordinates at;
    const bool inside = row_at(shape, box, row, at);
    const auto bytes = read_row(shape, at, inside);
    const auto swizzle = static_cast<std::size_t>(row % 8);
    for (std::size_t piece = 0; piece < row_B / piece_B; ++piece) {
      std::memcpy(shared + (piece ^ swizzle) * piece_B, &bytes[piece * piece_B], piece_B);
    }
  }
}

}  // namespace

TensorMap make_tensor_map(const TensorShape& shape) {
  check_tensor_shape(shape);
  return {shape};
}

void tensor_copy_to_cluster_5d(void* shared, const TensorMap* map, MBarrier* barrier,
                               const int (&coordinates)[tensor_axes], std::uint16_t ranks) {
  constexpr const char* instruction = "cp.async.bulk.tensor.multicast";
  const TensorShape shape = map->shape;
  const int bytes = rows_of(shape) * row_B;
  emulator::check_shared(instruction, shared, static_cast<std::size_t>(bytes), pattern_B);
  emulator::check_shared(instruction, barrier, sizeof *barrier, alignof(MBarrier));
  if (ranks == 0) emulator::fail(instruction, "no block is to have the box");
  const Coordinates box{coordinates[0], coordinates[1], coordinates[2], coordinates[3], coordinates[4]};
  for (int rank = 0; rank < 16; ++rank) {
    if ((ranks >> rank & 1) == 0) continue;
    emulator::start([=] {
      emulator::in_block(instruction, rank, shared, [&](std::byte* there) { copy_box(there, shape, box); });
      emulator::in_block(instruction, rank, barrier, [&](std::byte* there) {
        auto* const of_block = reinterpret_cast<MBarrier*>(there);
        emulator::check_known(instruction, of_block);
        emulator::complete_bytes(of_block, bytes);
      });
    });
  }
}

void tensor_copy_5d(void* shared, const TensorMap* map, MBarrier* barrier, const int (&coordinates)[tensor_axes]) {
  constexpr const char* instruction = "cp.async.bulk.tensor";
  const TensorShape shape = map->shape;
  const int bytes = rows_of(shape) * row_B;
  emulator::check_shared(instruction, shared, static_cast<std::size_t>(bytes), pattern_B);
  emulator::check_known(instruction, barrier);
  const Coordinates box{coordinates[0], coordinates[1], coordinates[2], coordinates[3], coordinates[4]};
  emulator::start([=] {
    copy_box(static_cast<std::byte*>(shared), shape, box);
    emulator::complete_bytes(barrier, bytes);
  });
}

void prefetch_tensor_map(const TensorMap*) {}

}  // namespace tilewright::kernels::device
