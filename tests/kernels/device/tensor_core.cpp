#include "kernels/device/tensor_core.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstring>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
using device::fp16;
using test::error_of;
using test::run;

namespace {

// Small whole numbers, so that sums are exact in any order.
int a_at(int row, int k) { return (5 * row + 3 * k) % 7 - 3; }
int b_at(int k, int column) { return (4 * k + 9 * column) % 11 - 5; }
int c_at(int row, int column) { return 100 * row + column; }

int product_at(int row, int column) {
  int sum = c_at(row, column);
  for (int k = 0; k < 16; ++k) sum += a_at(row, k) * b_at(k, column);
  return sum;
}

// Rows and columns of element i of a lane's fragments, word by word from PTX ISA, "Matrix Fragments for
// mma.m16n8k16 with floating point type".
struct Place {
  int row;
  int column;
};

Place place_in_a(int lane, int i) {
  const int row = (0 <= i && i < 2) || (4 <= i && i < 6) ? lane / 4 : lane / 4 + 8;
  return {row, i < 4 ? lane % 4 * 2 + (i & 1) : lane % 4 * 2 + (i & 1) + 8};
}

Place place_in_b(int lane, int i) {
  return {i < 2 ? lane % 4 * 2 + (i & 1) : lane % 4 * 2 + (i & 1) + 8, lane / 4};
}

Place place_in_c(int lane, int i) { return {i < 2 ? lane / 4 : lane / 4 + 8, lane % 4 * 2 + (i & 1)}; }

void fill(float (&c)[4]) {
  for (int i = 0; i < 4; ++i) {
    const Place at = place_in_c(device::lane(), i);
    c[i] = static_cast<float>(c_at(at.row, at.column));
  }
}

void check(const float (&d)[4]) {
  for (int i = 0; i < 4; ++i) {
    const Place at = place_in_c(device::lane(), i);
    CHECK(d[i] == static_cast<float>(product_at(at.row, at.column)));
  }
}

template <class T>
void multiply_by_hand(std::byte* /*shared*/) {
  std::uint32_t a[4];
  std::uint32_t b[2];
  const auto a_value = [](int i) {
    const Place at = place_in_a(device::lane(), i);
    return static_cast<float>(a_at(at.row, at.column));
  };
  const auto b_value = [](int i) {
    const Place at = place_in_b(device::lane(), i);
    return static_cast<float>(b_at(at.row, at.column));
  };
  for (int i = 0; i < 4; ++i) a[i] = device::pack2<T>(a_value(2 * i), a_value(2 * i + 1));
  for (int i = 0; i < 2; ++i) b[i] = device::pack2<T>(b_value(2 * i), b_value(2 * i + 1));
  float d[4];
  fill(d);
  device::mma_m16n8k16<T>(d, a, b);
  check(d);
}

template <class T>
void put(std::byte* tile, int index, int value) {
  const T number = device::from_float<T>(static_cast<float>(value));
  std::memcpy(tile + 2 * index, &number, 2);
}

// A by rows of 16 at byte 0; B by columns of 16 at byte 512, or by rows of 8 at byte 768.
template <class T>
void fill_tiles(std::byte* shared) {
  for (int i = device::lane(); i < 16 * 16; i += 32) put<T>(shared, i, a_at(i / 16, i % 16));
  for (int i = device::lane(); i < 8 * 16; i += 32) {
    put<T>(shared + 512, i, b_at(i % 16, i / 16));
    put<T>(shared + 768, i, b_at(i / 8, i % 8));
  }
  device::sync_warp();
}

template <class T>
void multiply_from_shared(std::byte* shared) {
  fill_tiles<T>(shared);
  const int lane = device::lane();
  std::uint32_t a[4];
  device::ldmatrix_x4(a, shared + 32 * (lane % 16) + 16 * (lane / 16));
  std::uint32_t b[2];
  device::ldmatrix_x2(b, shared + 512 + 32 * (lane % 8) + 16 * (lane / 8 % 2));
  float d[4];
  fill(d);
  device::mma_m16n8k16<T>(d, a, b);
  check(d);

  std::uint32_t transposed[2];
  device::ldmatrix_x2_trans(transposed, shared + 768 + 16 * (lane % 16));
  CHECK(transposed[0] == b[0]);
  CHECK(transposed[1] == b[1]);
}

// Number of row r, column c of matrix m: 100 m + 10 r + c.
void fill_matrices(std::byte* shared) {
  for (int i = device::lane(); i < 4 * 64; i += 32) {
    const auto number = static_cast<std::uint16_t>(100 * (i / 64) + 10 * (i / 8 % 8) + i % 8);
    std::memcpy(shared + 2 * i, &number, 2);
  }
  device::sync_warp();
}

}  // namespace

TEST_CASE("mma multiplies fragments of the documented layout") {
  run(64, multiply_by_hand<bf16>);
  run(64, multiply_by_hand<fp16>);
}

TEST_CASE("ldmatrix and mma multiply what lies in shared memory") {
  run(32, multiply_from_shared<bf16>);
  run(32, multiply_from_shared<fp16>);
}

TEST_CASE("ldmatrix gives every lane two neighbours of a row, or of a column") {
  run(32, [](std::byte* shared) {
    fill_matrices(shared);
    const int lane = device::lane();
    std::uint32_t rows[4];
    std::uint32_t columns[4];
    device::ldmatrix_x4(rows, shared + 16 * lane);
    device::ldmatrix_x4_trans(columns, shared + 16 * lane);
    for (int m = 0; m < 4; ++m) {
      const auto number = [&](int row, int column) {
        return static_cast<std::uint32_t>(100 * m + 10 * row + column);
      };
      const int c = lane % 4 * 2;
      CHECK(rows[m] == (number(lane / 4, c) | number(lane / 4, c + 1) << 16));
      CHECK(columns[m] == (number(c, lane / 4) | number(c + 1, lane / 4) << 16));
    }
  });
}

TEST_CASE("what is not written in shared memory is NaN in a product") {
  run(32, [](std::byte* shared) {
    std::uint32_t a[4];
    device::ldmatrix_x4(a, shared + 16 * device::lane());
    const std::uint32_t zeros[2] = {};
    float d[4] = {};
    device::mma_m16n8k16<bf16>(d, a, zeros);
    CHECK(d[0] != d[0]);
  });
}

TEST_CASE("ldmatrix checks the addresses that count") {
  const auto error = [](int thread, int offset, bool two) {
    return error_of([=] {
      run(32, [=](std::byte* shared) {
        const std::byte* const row = shared + (device::lane() == thread ? offset : 0);
        std::uint32_t r[4];
        std::uint32_t r2[2];
        two ? device::ldmatrix_x2(r2, row) : device::ldmatrix_x4_trans(r, row);
      });
    });
  };
  CHECK(error(17, 24, false) ==
        "ldmatrix.x4.trans: byte 24 of shared memory is not aligned to 16 B; block (0, 0, 0), thread 17");
  CHECK(error(3, test::shared_B, true) ==
        "ldmatrix.x2: 16 B at byte 16384 are not within the shared memory of 16384 B; block (0, 0, 0), thread 3");
  CHECK(error(17, 24, true) == "no error");
}

}  // namespace tilewright::kernels::TEST_FILE
