// Products of warpgroups of 8-bit numbers (kernels/device/warpgroup.hpp).
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/device/warpgroup.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::e4m3;

namespace {

constexpr int depth = 128;
constexpr int columns = 128;
constexpr int b_at = 64 * 128;  // of shared memory, behind A

// Rows of `depth` numbers, quarters from -2 to 2: exact, and so are their sums of products.
std::vector<float> random_rows(int rows, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(static_cast<std::size_t>(rows * depth));
  for (float& value : values) value = static_cast<float>(static_cast<int>(generator() % 17) - 8) / 4;
  return values;
}

float at(const std::vector<float>& rows, int row, int k) { return rows[static_cast<std::size_t>(row * depth + k)]; }

// As the copy engine leaves rows of 128 bytes.
void put(std::byte* shared, int start, const std::vector<float>& rows) {
  for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
    const int address = start + i;
    const e4m3 number = device::from_float<e4m3>(rows[static_cast<std::size_t>(i)]);
    std::memcpy(shared + (address ^ (address >> 7 & 7) << 4), &number, 1);
  }
}

// This thread's part of 32 columns of A.
void fragment(const std::vector<float>& a, int first, std::uint32_t (&of)[4]) {
  for (int i = 0; i < 4; ++i) {
    const int row = device::warp() * 16 + device::lane() / 4 + i % 2 * 8;
    const int k = first + device::lane() % 4 * 4 + i / 2 * 16;
    of[i] = device::pack4(at(a, row, k), at(a, row, k + 1), at(a, row, k + 2), at(a, row, k + 3));
  }
}

std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b, float held) {
  std::vector<float> d;
  for (int row = 0; row < 64; ++row) {
    for (int column = 0; column < columns; ++column) {
      float sum = held;
      for (int k = 0; k < depth; ++k) sum += at(a, row, k) * at(b, column, k);
      d.push_back(sum);
    }
  }
  return d;
}

std::vector<float> issued(const std::vector<float>& a, const std::vector<float>& b, bool a_in_registers,
                          float held) {
  std::vector<float> got(std::size_t{64} * columns);
  emulator::run_grid({{1, 1, 1}, 128, 32 << 10}, {5}, [&](std::byte* shared) {
    if (device::thread_index() == 0) {
      put(shared, 0, a);
      put(shared, b_at, b);
    }
    device::sync_block();
    std::uint32_t registers[depth / 32][4];
    for (int step = 0; step < depth / 32; ++step) fragment(a, 32 * step, registers[step]);
    float d[columns / 2];
    std::fill(d, d + columns / 2, held);
    device::wgmma_fence();
    for (int step = 0; step < depth / 32; ++step) {
      const std::uint64_t of_b = device::advance(device::k_major_descriptor(shared + b_at), 32 * step);
      const std::uint64_t of_a = device::advance(device::k_major_descriptor(shared), 32 * step);
      const bool keep = held != 0 || step > 0;
      if (a_in_registers) {
        device::wgmma_m64k32<columns>(d, registers[step], of_b, keep);
      } else {
        device::wgmma_m64k32<columns>(d, of_a, of_b, keep);
      }
    }
    device::wgmma_commit();
    device::wgmma_wait<0>();
    for (int i = 0; i < columns / 2; ++i) {
      const int row = device::warp() * 16 + device::lane() / 4 + i / 2 % 2 * 8;
      got[static_cast<std::size_t>(row * columns + i / 4 * 8 + device::lane() % 4 * 2 + i % 2)] = d[i];
    }
  });
  return got;
}

}  // namespace

TEST_CASE("products of 8-bit numbers are those of the matrices, A in registers or in shared memory") {
  const std::vector<float> a = random_rows(64, 1);
  const std::vector<float> b = random_rows(columns, 2);
  for (const float held : {0.F, 3.F}) {
    CHECK(issued(a, b, false, held) == product(a, b, held));
    CHECK(issued(a, b, true, held) == product(a, b, held));
  }
}

}  // namespace tilewright::kernels::TEST_FILE
