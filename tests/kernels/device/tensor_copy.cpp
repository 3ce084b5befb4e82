#include "kernels/device/tensor_copy.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::test;
using Catch::Contains;
using device::MBarrier;
using device::TensorShape;

namespace {

using Box = std::array<int, device::tensor_axes>;

// A tensor [heads, planes, lines, tokens, columns] whose elements are their own index plus 1.
class Numbered {
 public:
  Numbered(const std::array<std::int64_t, 5>& size, const Box& box) {
    std::copy(size.begin(), size.end(), shape_.size);
    std::copy(box.begin(), box.end(), shape_.box);
    for (std::size_t i = 1; i < 5; ++i) shape_.stride_B[i] = shape_.stride_B[i - 1] * shape_.size[i - 1];
    data_.resize(static_cast<std::size_t>(shape_.stride_B[4] * size[4] / 2));
    for (std::size_t i = 0; i < data_.size(); ++i) data_[i] = static_cast<std::uint16_t>(i + 1);
    shape_.base = data_.data();
  }

  [[nodiscard]] const TensorShape& shape() const { return shape_; }

  /// The same memory as 8-bit elements, two for each of its own.
  [[nodiscard]] TensorShape bytes() const {
    TensorShape of = shape_;
    of.stride_B[0] = 1;
    of.size[0] *= 2;
    of.box[0] *= 2;
    return of;
  }

  /// 0 outside of the tensor.
  [[nodiscard]] std::uint16_t at(const Box& coordinates) const {
    std::int64_t element = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      if (coordinates[i] < 0 || coordinates[i] >= shape_.size[i]) return 0;
      element += coordinates[i] * shape_.stride_B[i] / 2;
    }
    return data_[static_cast<std::size_t>(element)];
  }

 private:
  TensorShape shape_;
  std::vector<std::uint16_t> data_;
};

constexpr int box_at = 1024;  // of shared memory; the barrier lies at 0

MBarrier* barrier(std::byte* shared) { return reinterpret_cast<MBarrier*>(shared); }

void make_barrier(std::byte* shared, bool fence = true) {
  if (device::thread_index() == 0) {
    device::mbarrier_init(barrier(shared), 1);
    if (fence) device::fence_barrier_init();
  }
  device::sync_block();
}

void copy(std::byte* shared, const TensorShape& shape, const Box& at, int announced_B) {
  const device::TensorMap map = device::make_tensor_map(shape);
  const int coordinates[] = {at[0], at[1], at[2], at[3], at[4]};
  device::mbarrier_arrive_expect(barrier(shared), announced_B);
  device::tensor_copy_5d(shared + box_at, &map, barrier(shared), coordinates);
}

int rows_of(const Box& box) { return box[1] * box[2] * box[3] * box[4]; }

// What shared memory holds after a box has been copied.
std::vector<std::uint16_t> copied(const TensorShape& shape, const Box& at, bool wait, std::uint64_t seed) {
  const int rows = shape.box[1] * shape.box[2] * shape.box[3] * shape.box[4];
  std::vector<std::uint16_t> got(static_cast<std::size_t>(rows * 64));
  run(
      32,
      [&](std::byte* shared) {
        make_barrier(shared);
        if (device::thread_index() != 0) return;
        copy(shared, shape, at, rows * 128);
        if (wait) device::mbarrier_wait(barrier(shared), 0);
        std::memcpy(got.data(), shared + box_at, got.size() * 2);
        device::mbarrier_wait(barrier(shared), 0);
      },
      seed);
  return got;
}

// The same by the definition of the swizzle: element c of row r of the box.
std::vector<std::uint16_t> expected(const Numbered& tensor, const Box& at, const Box& box) {
  std::vector<std::uint16_t> values(static_cast<std::size_t>(rows_of(box) * 64));
  for (int row = 0; row < rows_of(box); ++row) {
    const Box token{0, at[1] + row % box[1], at[2] + row / box[1] % box[2],
                    at[3] + row / (box[1] * box[2]) % box[3], at[4] + row / (box[1] * box[2] * box[3])};
    for (int column = 0; column < 64; ++column) {
      const int address = box_at + row * 128 + column * 2;
      const int swizzled = address ^ (address >> 7 & 7) << 4;
      Box element = token;
      element[0] = at[0] + column;
      values[static_cast<std::size_t>((swizzled - box_at) / 2)] = tensor.at(element);
    }
  }
  return values;
}

void check(const Numbered& tensor, const Box& at, const Box& box) {
  const auto right = [&](std::uint64_t seed) {
    return copied(tensor.shape(), at, true, seed) == expected(tensor, at, box);
  };
  CHECK(seeds_where(right) == 20);
  const Box at_byte{2 * at[0], at[1], at[2], at[3], at[4]};
  CHECK(copied(tensor.bytes(), at_byte, true, 1) == expected(tensor, at, box));
}

}  // namespace

TEST_CASE("a box lands row by row, its 16-byte pieces permuted") {
  const Box box{64, 5, 3, 2, 1};
  const Numbered tensor({128, 7, 4, 3, 2}, box);
  check(tensor, {0, 0, 0, 0, 0}, box);
  check(tensor, {64, 2, 1, 1, 1}, box);
}

TEST_CASE("elements outside of the tensor arrive as zeros") {
  const Box box{64, 8, 2, 1, 2};
  const Numbered tensor({64, 11, 3, 2, 2}, box);
  check(tensor, {0, 8, 2, 1, 1}, box);
  check(tensor, {-8, -3, -1, 0, 0}, box);
  check(tensor, {40, 0, 0, 0, 0}, box);
  check(tensor, {0, 0, 0, 2, 0}, box);
}

TEST_CASE("a copy takes its time: who does not wait reads what was there before") {
  const Box box{64, 4, 1, 1, 1};
  const Numbered tensor({64, 4, 1, 1, 1}, box);
  const auto right = [&](std::uint64_t seed) {
    return copied(tensor.shape(), {}, false, seed) == expected(tensor, {}, box);
  };
  const int seeds = seeds_where(right);
  CHECK(seeds > 0);
  CHECK(seeds < 20);
}

TEST_CASE("a barrier that was told of too many or too few bytes never lets go") {
  const Numbered tensor({64, 4, 1, 1, 1}, {64, 4, 1, 1, 1});
  for (const int announced_B : {4 * 128 + 16, 4 * 128 - 16}) {
    const std::string error = error_of([&] {
      run(32, [&](std::byte* shared) {
        make_barrier(shared);
        if (device::thread_index() != 0) return;
        copy(shared, tensor.shape(), {}, announced_B);
        device::mbarrier_wait(barrier(shared), 0);
      });
    });
    CHECK_THAT(error, Contains("mbarrier.try_wait"));
  }
}

TEST_CASE("the copy engine must know of a barrier, and boxes start at whole patterns") {
  const Numbered tensor({64, 4, 1, 1, 1}, {64, 4, 1, 1, 1});
  const auto error = [&](bool fence, int offset) {
    return error_of([&] {
      run(32, [&](std::byte* shared) {
        make_barrier(shared, fence);
        if (device::thread_index() == 0) copy(shared + offset, tensor.shape(), {}, 512);
      });
    });
  };
  CHECK_THAT(error(false, 0), Contains("fence_barrier_init() has not followed"));
  CHECK_THAT(error(true, 128), Contains("there is no barrier") || Contains("not aligned to 1024"));
}

}  // namespace tilewright::kernels::TEST_FILE
