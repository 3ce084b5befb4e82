#include "kernels/device/warpgroup.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::test;
using Catch::Contains;
using device::bf16;
using device::fp16;
using device::Major;

namespace {

constexpr int depth = 64;  // K
constexpr int a_at = 0;    // of shared memory: A, 64 rows of 128 B
constexpr int b_at = 8192;

// Row-major [rows][columns].
struct Matrix {
  Matrix(int rows, int columns) : rows(rows), columns(columns), values(static_cast<std::size_t>(rows * columns)) {}
  float& at(int row, int column) { return values[static_cast<std::size_t>(row * columns + column)]; }
  [[nodiscard]] float at(int row, int column) const {
    return values[static_cast<std::size_t>(row * columns + column)];
  }

  int rows, columns;
  std::vector<float> values;
};

// Quarters from -2 to 2: exact in both types, and so are their sums of products.
Matrix random_matrix(int rows, int columns, unsigned seed) {
  std::mt19937 generator(seed);
  Matrix matrix(rows, columns);
  for (float& value : matrix.values) value = static_cast<float>(static_cast<int>(generator() % 17) - 8) / 4;
  return matrix;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix d(a.rows, b.columns);
  for (int i = 0; i < a.rows; ++i) {
    for (int j = 0; j < b.columns; ++j) {
      for (int k = 0; k < a.columns; ++k) d.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return d;
}

// Row `row`, number `column` of a panel of 64 columns that begins at byte `panel_at`.
template <class T>
T& swizzled(std::byte* shared, int panel_at, int row, int column) {
  const int address = panel_at + row * 128 + column * 2;
  return *reinterpret_cast<T*>(shared + (address ^ (address >> 7 & 7) << 4));
}

// What a product is issued with.
struct Plan {
  Major b_order = Major::k;
  bool a_in_registers = false;
  bool a_m_major = false;
  bool accumulate = true;  // on what the accumulators hold, or on zero
  int stride_B = 1024;
  int leading_B = depth * 128;  // from a panel of B to the next, MN-major
};

template <class T>
void fill_shared(std::byte* shared, const Matrix& a, const Matrix& b, Major b_order, bool a_m_major = false) {
  if (device::thread_index() == 0) {
    for (int row = 0; row < 64; ++row) {
      for (int k = 0; k < depth; ++k) {
        T& to = a_m_major ? swizzled<T>(shared, a_at, k, row) : swizzled<T>(shared, a_at, row, k);
        to = device::from_float<T>(a.at(row, k));
      }
    }
    for (int k = 0; k < depth; ++k) {
      for (int n = 0; n < b.columns; ++n) {
        T& to = b_order == Major::k ? swizzled<T>(shared, b_at, n, k)
                                    : swizzled<T>(shared, b_at + n / 64 * depth * 128, k, n % 64);
        to = device::from_float<T>(b.at(k, n));
      }
    }
  }
  device::sync_block();
}

// This thread's part of 16 columns of A.
template <class T>
std::array<std::uint32_t, 4> fragment(const Matrix& a, int first_column) {
  const int row = device::warp() * 16 + device::lane() / 4;
  const int column = first_column + device::lane() % 4 * 2;
  std::array<std::uint32_t, 4> of{};
  for (int i = 0; i < 4; ++i) {
    const int r = row + i % 2 * 8;
    const int c = column + i / 2 * 8;
    of[static_cast<std::size_t>(i)] = device::pack2<T>(a.at(r, c), a.at(r, c + 1));
  }
  return of;
}

// Issues all steps of K and waits.
template <class T, int N, Major B>
void multiply(std::byte* shared, const Matrix& a, const Plan& plan, float (&d)[N / 2]) {
  std::uint32_t registers[depth / 16][4];
  for (int step = 0; step < depth / 16; ++step) {
    const auto of = fragment<T>(a, 16 * step);
    std::copy(of.begin(), of.end(), registers[step]);
  }
  const std::uint64_t a_matrix = device::matrix_descriptor(shared + a_at, 16, plan.stride_B);
  const std::uint64_t b_matrix = device::matrix_descriptor(shared + b_at, plan.leading_B, plan.stride_B);
  device::wgmma_fence();
  for (int step = 0; step < depth / 16; ++step) {
    const bool keep = plan.accumulate || step > 0;
    const std::uint64_t b = device::advance(b_matrix, step * (B == Major::k ? 32 : 2048));
    if (plan.a_in_registers) {
      device::wgmma_m64k16<T, N, B>(d, registers[step], b, keep);
    } else if (plan.a_m_major) {
      device::wgmma_m64k16<T, N, B, Major::mn>(d, device::advance(a_matrix, step * 2048), b, keep);
    } else {
      device::wgmma_m64k16<T, N, B>(d, device::advance(a_matrix, step * 32), b, keep);
    }
  }
  device::wgmma_commit();
  device::wgmma_wait<0>();
}

template <int N>
void collect(const float (&d)[N / 2], Matrix& to) {
  for (int i = 0; i < N / 2; ++i) {
    const int row = device::warp() * 16 + device::lane() / 4 + i / 2 % 2 * 8;
    to.at(row, i / 4 * 8 + device::lane() % 4 * 2 + i % 2) = d[i];
  }
}

void run_warpgroup(const Body& body, std::uint64_t seed = 1) {
  emulator::run_grid({{1, 1, 1}, 128, 64 << 10}, {seed}, body);
}

constexpr float held = 3;  // what accumulators hold before

template <class T, int N, Major B>
bool right(const Plan& plan, std::uint64_t seed) {
  const Matrix a = random_matrix(64, depth, 1);
  const Matrix b = random_matrix(depth, N, 2);
  Matrix got(64, N);
  run_warpgroup(
      [&](std::byte* shared) {
        fill_shared<T>(shared, a, b, B, plan.a_m_major);
        float d[N / 2];
        std::fill(d, d + N / 2, held);
        multiply<T, N, B>(shared, a, plan, d);
        collect<N>(d, got);
      },
      seed);
  Matrix expected = product(a, b);
  for (float& value : expected.values) value += plan.accumulate ? held : 0;
  return got.values == expected.values;
}

template <class T, int N>
void check_forms() {
  const std::pair<bool, bool> forms_of_a[] = {{false, false}, {false, true}, {true, false}};
  for (const auto& [a_in_registers, a_m_major] : forms_of_a) {
    for (const bool accumulate : {false, true}) {
      const Plan plan{Major::k, a_in_registers, a_m_major, accumulate};
      CHECK(right<T, N, Major::k>(plan, 3));
      if constexpr (N % 64 == 0) CHECK(right<T, N, Major::mn>(plan, 4));
    }
  }
}

// A product of ones in flight; `meanwhile` is called before the wait, with the accumulators, the A registers and
// shared memory. Gives the first accumulator of thread 0 after the wait.
using Meanwhile = std::function<void(float (&d)[32], std::uint32_t (&a)[4], std::byte* shared)>;

float flown(const Meanwhile& meanwhile, std::uint64_t seed = 1) {
  float result = 0;
  run_warpgroup(
      [&](std::byte* shared) {
        Matrix ones(64, depth);
        std::fill(ones.values.begin(), ones.values.end(), 1.0F);
        fill_shared<bf16>(shared, ones, ones, Major::k);
        float d[32] = {};
        std::uint32_t a[4];
        const auto of = fragment<bf16>(ones, 0);
        std::copy(of.begin(), of.end(), a);
        device::wgmma_fence();
        device::wgmma_m64k16<bf16, 64>(d, a, device::k_major_descriptor(shared + b_at), true);
        device::wgmma_commit();
        meanwhile(d, a, shared);
        device::wgmma_wait<0>();
        if (device::thread_index() == 0) result = d[0];
      },
      seed);
  return result;
}

std::string error_in_flight(const Meanwhile& meanwhile) {
  return error_of([&] { flown(meanwhile); });
}

}  // namespace

TEST_CASE("products of every form are those of the matrices") {
  check_forms<bf16, 64>();
  check_forms<bf16, 128>();
  check_forms<bf16, 176>();
  check_forms<fp16, 64>();
  check_forms<fp16, 8>();
}

TEST_CASE("offsets of a descriptor that are wrong give wrong products") {
  Plan plan;
  plan.leading_B = 4096;
  CHECK(right<bf16, 128, Major::k>(plan, 1));  // not used
  CHECK_FALSE(right<bf16, 128, Major::mn>(plan, 1));
  plan.leading_B = 1024;
  plan.stride_B = depth * 128;  // the two taken for each other
  CHECK_FALSE(right<bf16, 128, Major::mn>(plan, 1));
  plan.stride_B = 512;
  CHECK_FALSE(right<bf16, 64, Major::k>(plan, 1));
}

TEST_CASE("accumulators hold nothing until they are waited for") {
  CHECK(flown([](auto&, auto&, std::byte*) {}) == 16);
  float seen = 0;
  flown([&](auto& d, auto&, std::byte*) { seen = d[0]; });
  CHECK(std::isnan(seen));
}

TEST_CASE("a wait leaves newer groups in flight") {
  std::array<float, 2> seen{};
  run_warpgroup([&](std::byte* shared) {
    Matrix ones(64, depth);
    std::fill(ones.values.begin(), ones.values.end(), 1.0F);
    fill_shared<bf16>(shared, ones, ones, Major::k);
    float first[32] = {};
    float second[32] = {};
    const std::uint64_t a = device::k_major_descriptor(shared + a_at);
    const std::uint64_t b = device::k_major_descriptor(shared + b_at);
    device::wgmma_fence();
    device::wgmma_m64k16<bf16, 64>(first, a, b, true);
    device::wgmma_commit();
    device::wgmma_m64k16<bf16, 64>(second, a, b, true);
    device::wgmma_commit();
    device::wgmma_wait<1>();
    if (device::thread_index() == 0) seen = {first[0], second[0]};
    device::wgmma_wait<0>();
  });
  CHECK(seen[0] == 16);
  CHECK(std::isnan(seen[1]));
}

TEST_CASE("shared memory is read at any time before the wait") {
  const auto overwrite = [](auto&, auto&, std::byte* shared) {
    if (device::warp() == 0) swizzled<bf16>(shared, b_at, 0, device::lane() % 16) = device::from_float<bf16>(2.0F);
  };
  const int seeds = seeds_where([&](std::uint64_t seed) { return flown(overwrite, seed) == 16; });
  CHECK(seeds > 0);
  CHECK(seeds < 20);
}

TEST_CASE("registers of products in flight must be left alone") {
  CHECK_THAT(error_in_flight([](auto& d, auto&, std::byte*) { d[5] = 0; }),
             Contains("wgmma.wait_group: accumulators were written"));
  CHECK_THAT(error_in_flight([](auto&, auto& a, std::byte*) { a[1] += 1; }),
             Contains("wgmma.wait_group: A registers were written"));
}

TEST_CASE("a product without a fence is an error, and so is one that warps or lanes do not agree on") {
  const auto again = [](bool fence, std::uint64_t (*descriptor)(std::byte*)) {
    return error_in_flight([=](auto& d, auto&, std::byte* shared) {
      device::wgmma_wait<0>();
      if (fence) device::wgmma_fence();
      device::wgmma_m64k16<bf16, 64>(d, device::k_major_descriptor(shared), descriptor(shared), true);
      device::wgmma_commit();
    });
  };
  const auto good = [](std::byte* shared) { return device::k_major_descriptor(shared); };
  CHECK(again(true, good) == "no error");
  CHECK_THAT(again(false, good), Contains("wgmma.mma_async: wgmma_fence() has not come after the last wait"));
  CHECK_THAT(
      again(true, [](std::byte* shared) { return device::k_major_descriptor(shared + device::warp() * 1024); }),
      Contains("the warps of a warpgroup give different operands"));
  CHECK_THAT(
      again(true, [](std::byte* shared) { return device::k_major_descriptor(shared + device::lane() % 2 * 32); }),
      Contains("the lanes of a warp give different operands"));
}

TEST_CASE("descriptors that the emulator does not know, or that leave shared memory, are errors") {
  const auto error_of_b = [](std::uint64_t (*descriptor)(std::byte*)) {
    return error_in_flight([=](auto& d, auto& a, std::byte* shared) {
      device::wgmma_m64k16<bf16, 64>(d, a, descriptor(shared), true);
      device::wgmma_commit();
    });
  };
  CHECK_THAT(
      error_of_b([](std::byte* shared) { return device::k_major_descriptor(shared) ^ std::uint64_t{3} << 62; }),
      Contains("128-byte swizzle only"));
  CHECK_THAT(
      error_of_b([](std::byte* shared) { return device::k_major_descriptor(shared) | std::uint64_t{1} << 49; }),
      Contains("base offset 0 only"));
  CHECK_THAT(error_of_b([](std::byte* shared) { return device::k_major_descriptor(shared + (63 << 10)); }),
             Contains("not within the shared memory"));
}

}  // namespace tilewright::kernels::TEST_FILE
