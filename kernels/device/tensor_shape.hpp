// A tensor in global memory as the copy engine takes it (CUDA Driver API, "cuTensorMapEncodeTiled").
#pragma once

#include <cstdint>

namespace tilewright::kernels::device {

inline constexpr int tensor_axes = 5;
inline constexpr int box_row_B = 128;  ///< of a box on the first axis

/// Elements have 8 or 16 bits, as stride_B[0] says. Axis 0 is contiguous; one copy takes a box, whose box[0] are
/// box_row_B.
struct TensorShape {
  const void* base = nullptr;                        ///< at a multiple of 16 bytes
  std::int64_t size[tensor_axes] = {1, 1, 1, 1, 1};  ///< 1 to 2^32 each
  /// From the second on multiples of 16, below 2^40, and each a multiple of the one before it.
  std::int64_t stride_B[tensor_axes] = {2, 16, 16, 16, 16};
  int box[tensor_axes] = {box_row_B / 2, 1, 1, 1, 1};  ///< 1 to 256 each
};

/// Throws std::invalid_argument for a shape that the copy engine does not take.
void check_tensor_shape(const TensorShape& shape);

}  // namespace tilewright::kernels::device
