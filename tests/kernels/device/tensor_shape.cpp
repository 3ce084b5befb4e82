#include "kernels/device/tensor_shape.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::TensorShape;

namespace {

// The error of a shape that is good but for what `spoil` does.
std::string error(const std::function<void(TensorShape&)>& spoil) {
  alignas(16) static const std::byte memory[16]{};
  TensorShape shape;
  shape.base = memory;
  shape.size[0] = 128;
  shape.size[1] = 10;
  for (int i = 1; i < device::tensor_axes; ++i) shape.stride_B[i] = shape.stride_B[i - 1] * shape.size[i - 1];
  spoil(shape);
  return test::error_of([&] { check_tensor_shape(shape); });
}

}  // namespace

TEST_CASE("shapes that the copy engine takes, and what is wrong with others") {
  CHECK(error([](TensorShape&) {}) == "no error");
  CHECK(error([](TensorShape& s) { s.box[1] = 256; }) == "no error");
  const auto of_bytes = [](TensorShape& s) {
    s.stride_B[0] = 1;
    s.box[0] = 128;
  };
  CHECK(error(of_bytes) == "no error");
  CHECK(error([](TensorShape& s) { s.stride_B[0] = 1; }) == "tensor map: box 64 of axis 0 is not a row of 128 B");
  CHECK(error([](TensorShape& s) { s.base = static_cast<const std::byte*>(s.base) + 8; }) ==
        "tensor map: the tensor does not begin at a multiple of 16 B");
  CHECK(error([](TensorShape& s) { s.base = nullptr; }) ==
        "tensor map: the tensor does not begin at a multiple of 16 B");
  CHECK(error([](TensorShape& s) { s.stride_B[0] = 4; }) ==
        "tensor map: stride 4 of axis 0 is not that of 8-bit or 16-bit numbers");
  CHECK(error([](TensorShape& s) { s.box[0] = 32; }) == "tensor map: box 32 of axis 0 is not a row of 128 B");
  CHECK(error([](TensorShape& s) { s.size[2] = 0; }) == "tensor map: size 0 of axis 2 is not from 1 to 2^32");
  CHECK(error([](TensorShape& s) { s.box[3] = 257; }) == "tensor map: box 257 of axis 3 is not from 1 to 256");
  CHECK(error([](TensorShape& s) { s.stride_B[1] = 264; }) ==
        "tensor map: stride 264 of axis 1 is not a multiple of 16 B below 2^40 B");
  CHECK(error([](TensorShape& s) { s.stride_B[3] += 16; }) ==
        "tensor map: stride 2576 of axis 3 is not a multiple of the one before it");
}

}  // namespace tilewright::kernels::TEST_FILE
