#include "kernels/device/tensor_core.hpp"

#include <array>
#include <cstring>

#include "kernels/emulator/block.hpp"

namespace tilewright::kernels::device {
namespace {

using emulator::Participants;
using emulator::Scope;

struct MatrixLoad {
  std::uint32_t* r;
  const void* row;
};

// An 8 x 8 matrix of 16-bit numbers, by rows.
using Matrix8 = std::array<std::array<std::uint16_t, 8>, 8>;

Matrix8 rows_of(const Participants<MatrixLoad>& lanes, int matrix) {
  Matrix8 rows;
  for (int i = 0; i < 8; ++i) std::memcpy(rows[static_cast<std::size_t>(i)].data(), lanes[8 * matrix + i].row, 16);
  return rows;
}

template <int Matrices, bool Transposed>
void load_matrices(const char* instruction, std::uint32_t* r, const void* row) {
  if (emulator::here().thread % warp_size < 8 * Matrices) emulator::check_shared(instruction, row, 16, 16);
  MatrixLoad mine{r, row};
  emulator::collective(Scope::warp, instruction, mine, [](const Participants<MatrixLoad>& lanes) {
    for (int matrix = 0; matrix < Matrices; ++matrix) {
      const Matrix8 rows = rows_of(lanes, matrix);
      for (std::size_t lane = 0; lane < warp_size; ++lane) {
        const std::size_t g = lane / 4;
        const std::size_t c = 2 * (lane % 4);
        const std::uint32_t low = Transposed ? rows[c][g] : rows[g][c];
        const std::uint32_t high = Transposed ? rows[c + 1][g] : rows[g][c + 1];
        lanes[static_cast<int>(lane)].r[matrix] = low | high << 16;
      }
    }
  });
}

struct Product {
  float* d;
  const std::uint32_t* a;
  const std::uint32_t* b;
};

using Line = std::array<float, 16>;

// Puts the two numbers of a register at `at` and after it.
template <class T>
void unpack(Line& line, std::size_t at, std::uint32_t pair) {
  line[at] = to_float(T{static_cast<std::uint16_t>(pair)});
  line[at + 1] = to_float(T{static_cast<std::uint16_t>(pair >> 16)});
}

template <class T>
void multiply(const Participants<Product>& lanes) {
  std::array<Line, 16> a;  // by rows
  std::array<Line, 8> b;   // by columns
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    const std::size_t g = lane / 4;
    const std::size_t c = 2 * (lane % 4);
    const Product& of = lanes[static_cast<int>(lane)];
    for (std::size_t i = 0; i < 4; ++i) unpack<T>(a[g + 8 * (i % 2)], c + 8 * (i / 2), of.a[i]);
    for (std::size_t i = 0; i < 2; ++i) unpack<T>(b[g], c + 8 * i, of.b[i]);
  }
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t row = lane / 4 + 8 * (i / 2);
      const std::size_t column = 2 * (lane % 4) + i % 2;
      float sum = 0;
      for (std::size_t k = 0; k < 16; ++k) sum += a[row][k] * b[column][k];
      lanes[static_cast<int>(lane)].d[i] += sum;
    }
  }
}

template <class T>
void multiply_add(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  Product mine{d, a, b};
  emulator::collective(Scope::warp, "mma.sync.m16n8k16", mine,
                       [](const Participants<Product>& lanes) { multiply<T>(lanes); });
}

}  // namespace

void ldmatrix_x4(std::uint32_t (&r)[4], const void* row) { load_matrices<4, false>("ldmatrix.x4", r, row); }

void ldmatrix_x4_trans(std::uint32_t (&r)[4], const void* row) {
  load_matrices<4, true>("ldmatrix.x4.trans", r, row);
}

void ldmatrix_x2(std::uint32_t (&r)[2], const void* row) { load_matrices<2, false>("ldmatrix.x2", r, row); }

void ldmatrix_x2_trans(std::uint32_t (&r)[2], const void* row) {
  load_matrices<2, true>("ldmatrix.x2.trans", r, row);
}

template <>
void mma_m16n8k16<bf16>(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  multiply_add<bf16>(d, a, b);
}

template <>
void mma_m16n8k16<fp16>(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  multiply_add<fp16>(d, a, b);
}

}  // namespace tilewright::kernels::device
