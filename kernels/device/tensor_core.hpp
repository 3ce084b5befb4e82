// Matrix products by a warp, and loads of their operands from shared memory. All lanes of the warp take part.
//
// Fragments (PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type" and "ldmatrix"), of lane l with
// g = l / 4 and c = 2 * (l % 4); a register holds two 16-bit numbers, the first in its low half:
//   A, 16 x 16   a[0]: row g,     columns c, c + 1      a[2]: row g,     columns c + 8, c + 9
//                a[1]: row g + 8, columns c, c + 1      a[3]: row g + 8, columns c + 8, c + 9
//   B, 16 x 8    b[0]: rows c, c + 1 of column g        b[1]: rows c + 8, c + 9 of column g
//   C, D, 16 x 8 d[0], d[1]: row g, columns c, c + 1    d[2], d[3]: row g + 8, columns c, c + 1
//   8 x 8        row g, columns c, c + 1; transposed: rows c, c + 1 of column g
#pragma once

#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// Loads four 8 x 8 matrices of 16-bit numbers; lane l gives the address, aligned to 16 bytes, of row l % 8 of
/// matrix l / 8. Matrix i goes to r[i].
TILEWRIGHT_INSTRUCTION void ldmatrix_x4(std::uint32_t (&r)[4], const void* row);
/// The same, each matrix transposed.
TILEWRIGHT_INSTRUCTION void ldmatrix_x4_trans(std::uint32_t (&r)[4], const void* row);

/// Two matrices; the addresses of lanes 0 to 15 count, the others' are not used.
TILEWRIGHT_INSTRUCTION void ldmatrix_x2(std::uint32_t (&r)[2], const void* row);
TILEWRIGHT_INSTRUCTION void ldmatrix_x2_trans(std::uint32_t (&r)[2], const void* row);

/// d += a * b, in fp32. T is bf16 or fp16.
template <class T>
TILEWRIGHT_INSTRUCTION void mma_m16n8k16(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]);

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION void ldmatrix_x4(std::uint32_t (&r)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

TILEWRIGHT_INSTRUCTION void ldmatrix_x4_trans(std::uint32_t (&r)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

TILEWRIGHT_INSTRUCTION void ldmatrix_x2(std::uint32_t (&r)[2], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(shared_address(row))
               : "memory");
}

TILEWRIGHT_INSTRUCTION void ldmatrix_x2_trans(std::uint32_t (&r)[2], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(shared_address(row))
               : "memory");
}

template <>
TILEWRIGHT_INSTRUCTION void mma_m16n8k16<bf16>(float (&d)[4], const std::uint32_t (&a)[4],
                                               const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

template <>
TILEWRIGHT_INSTRUCTION void mma_m16n8k16<fp16>(float (&d)[4], const std::uint32_t (&a)[4],
                                               const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#else

template <>
void mma_m16n8k16<bf16>(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]);
template <>
void mma_m16n8k16<fp16>(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]);

#endif

}  // namespace tilewright::kernels::device
