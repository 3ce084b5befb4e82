#include "kernels/device/tensor_shape.hpp"

#include <stdexcept>
#include <string>

namespace tilewright::kernels::device {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument("tensor map: " + what);
}

std::string named(const char* what, int axis, std::int64_t value) {
  return std::string(what) + " " + std::to_string(value) + " of axis " + std::to_string(axis);
}

}  // namespace

void check_tensor_shape(const TensorShape& shape) {
  require(shape.base != nullptr && reinterpret_cast<std::uintptr_t>(shape.base) % 16 == 0,
          "the tensor does not begin at a multiple of 16 B");
  require(shape.stride_B[0] == 1 || shape.stride_B[0] == 2,
          named("stride", 0, shape.stride_B[0]) + " is not that of 8-bit or 16-bit numbers");
  require(shape.box[0] * shape.stride_B[0] == box_row_B, named("box", 0, shape.box[0]) + " is not a row of 128 B");
  for (int i = 0; i < tensor_axes; ++i) {
    const std::int64_t stride = shape.stride_B[i];
    require(shape.size[i] >= 1 && shape.size[i] <= std::int64_t{1} << 32,
            named("size", i, shape.size[i]) + " is not from 1 to 2^32");
    require(shape.box[i] >= 1 && shape.box[i] <= 256, named("box", i, shape.box[i]) + " is not from 1 to 256");
    require(i == 0 || (stride > 0 && stride % 16 == 0 && stride < std::int64_t{1} << 40),
            named("stride", i, stride) + " is not a multiple of 16 B below 2^40 B");
    require(i < 2 || stride % shape.stride_B[i - 1] == 0,
            named("stride", i, stride) + " is not a multiple of the one before it");
  }
}

}  // namespace tilewright::kernels::device
