// The instruction wgmma.mma_async for the shapes that kernels use (PTX ISA, "wgmma.mma_async"). A shape more is a
// line more at the end.
//
// The registers of an asm statement are named by their positions, accumulators first; so the text depends on N.
#pragma once

#include <cstdint>

#include "kernels/device/numbers.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device::ptx {

/// D[64, N] (+)= A[64, 16] B[16, N], A by a descriptor or in registers; transposed: B is N-major. Of A by a
/// descriptor, transposed_a: it is M-major.
template <class T, int N, bool transposed>
struct Product;

// Positions of accumulators, eight at a time, and the same eight as operands.
#define TILEWRIGHT_NAMES_0 "%0,%1,%2,%3,%4,%5,%6,%7"
#define TILEWRIGHT_NAMES_1 "%8,%9,%10,%11,%12,%13,%14,%15"
#define TILEWRIGHT_NAMES_2 "%16,%17,%18,%19,%20,%21,%22,%23"
#define TILEWRIGHT_NAMES_3 "%24,%25,%26,%27,%28,%29,%30,%31"
#define TILEWRIGHT_NAMES_4 "%32,%33,%34,%35,%36,%37,%38,%39"
#define TILEWRIGHT_NAMES_5 "%40,%41,%42,%43,%44,%45,%46,%47"
#define TILEWRIGHT_NAMES_6 "%48,%49,%50,%51,%52,%53,%54,%55"
#define TILEWRIGHT_NAMES_7 "%56,%57,%58,%59,%60,%61,%62,%63"
#define TILEWRIGHT_NAMES_8 "%64,%65,%66,%67,%68,%69,%70,%71"
#define TILEWRIGHT_NAMES_9 "%72,%73,%74,%75,%76,%77,%78,%79"
#define TILEWRIGHT_NAMES_10 "%80,%81,%82,%83,%84,%85,%86,%87"
#define TILEWRIGHT_NAMES_64 TILEWRIGHT_NAMES_0 "," TILEWRIGHT_NAMES_1 "," TILEWRIGHT_NAMES_2 "," TILEWRIGHT_NAMES_3
#define TILEWRIGHT_NAMES_128 \
  TILEWRIGHT_NAMES_64 "," TILEWRIGHT_NAMES_4 "," TILEWRIGHT_NAMES_5 "," TILEWRIGHT_NAMES_6 "," TILEWRIGHT_NAMES_7
#define TILEWRIGHT_NAMES_176 \
  TILEWRIGHT_NAMES_128 "," TILEWRIGHT_NAMES_8 "," TILEWRIGHT_NAMES_9 "," TILEWRIGHT_NAMES_10

#define TILEWRIGHT_OPERANDS_8(i)                                                                              \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), "+f"(d[i + 6]), \
      "+f"(d[i + 7])
#define TILEWRIGHT_OPERANDS_32(i)                                                        \
  TILEWRIGHT_OPERANDS_8(i), TILEWRIGHT_OPERANDS_8(i + 8), TILEWRIGHT_OPERANDS_8(i + 16), \
      TILEWRIGHT_OPERANDS_8(i + 24)
#define TILEWRIGHT_OPERANDS_64 TILEWRIGHT_OPERANDS_32(0)
#define TILEWRIGHT_OPERANDS_128 TILEWRIGHT_OPERANDS_32(0), TILEWRIGHT_OPERANDS_32(32)
#define TILEWRIGHT_OPERANDS_176 \
  TILEWRIGHT_OPERANDS_128, TILEWRIGHT_OPERANDS_8(64), TILEWRIGHT_OPERANDS_8(72), TILEWRIGHT_OPERANDS_8(80)

// One instruction: `matrices` names A, B; `scale` is the position of the flag that keeps D, `order` the majors.
#define TILEWRIGHT_WGMMA(n, type, matrices, scale, order)                                                      \
  "{\n.reg .pred keep;\nsetp.ne.b32 keep, " scale ", 0;\nwgmma.mma_async.sync.aligned.m64n" #n "k16.f32." type \
  "." type " {" TILEWRIGHT_NAMES_##n "}, " matrices ", keep, 1, 1, " order ";\n}\n"

// Both forms for one N; c0 to c6 are the positions after the N / 2 accumulators.
#define TILEWRIGHT_PRODUCT(T, type, n, c0, c1, c2, c3, c4, c5, c6)                                           \
  template <bool transposed>                                                                                 \
  struct Product<T, n, transposed> {                                                                         \
    template <bool transposed_a>                                                                             \
    TILEWRIGHT_DEVICE static void shared(float (&d)[n / 2], std::uint64_t a, std::uint64_t b, int keep) {    \
      asm volatile(TILEWRIGHT_WGMMA(n, type, c0 ", " c1, c2, c3 ", " c4)                                     \
                   : TILEWRIGHT_OPERANDS_##n                                                                 \
                   : "l"(a), "l"(b), "r"(keep), "n"(int(transposed_a)), "n"(int(transposed)));               \
    }                                                                                                        \
    TILEWRIGHT_DEVICE static void registers(float (&d)[n / 2], const std::uint32_t (&a)[4], std::uint64_t b, \
                                            int keep) {                                                      \
      asm volatile(TILEWRIGHT_WGMMA(n, type, "{" c0 ", " c1 ", " c2 ", " c3 "}, " c4, c5, c6)                \
                   : TILEWRIGHT_OPERANDS_##n                                                                 \
                   : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(keep), "n"(int(transposed)));   \
    }                                                                                                        \
  }

#define TILEWRIGHT_PRODUCTS(T, type)                                                 \
  TILEWRIGHT_PRODUCT(T, type, 64, "%32", "%33", "%34", "%35", "%36", "%37", "%38");  \
  TILEWRIGHT_PRODUCT(T, type, 128, "%64", "%65", "%66", "%67", "%68", "%69", "%70"); \
  TILEWRIGHT_PRODUCT(T, type, 176, "%88", "%89", "%90", "%91", "%92", "%93", "%94")

TILEWRIGHT_PRODUCTS(bf16, "bf16");
TILEWRIGHT_PRODUCTS(fp16, "f16");

#undef TILEWRIGHT_PRODUCTS
#undef TILEWRIGHT_PRODUCT
#undef TILEWRIGHT_WGMMA

}  // namespace tilewright::kernels::device::ptx
