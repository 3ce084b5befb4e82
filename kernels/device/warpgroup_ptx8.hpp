// The instruction wgmma.mma_async for 8-bit numbers, e4m3 (PTX ISA, "wgmma.mma_async"): like those for 16 bits
// (warpgroup_ptx.hpp), but K is 32, and the instruction says nothing of the order of its matrices, which is
// K-major.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"
#include "kernels/device/warpgroup_ptx.hpp"

namespace tilewright::kernels::device::ptx {

/// D[64, N] (+)= A[64, 32] B[32, N], A by a descriptor or in registers.
template <int N>
struct Product8;

// One instruction: `matrices` names A, B; `scale` is the position of the flag that keeps D.
#define TILEWRIGHT_WGMMA8(n, matrices, scale)                                                  \
  "{\n.reg .pred keep;\nsetp.ne.b32 keep, " scale ", 0;\nwgmma.mma_async.sync.aligned.m64n" #n \
  "k32.f32.e4m3.e4m3 {" TILEWRIGHT_NAMES_##n "}, " matrices ", keep, 1, 1;\n}\n"

// Both forms for one N; c0 to c5 are the positions after the N / 2 accumulators.
#define TILEWRIGHT_PRODUCT8(n, c0, c1, c2, c3, c4, c5)                                                          \
  template <>                                                                                                   \
  struct Product8<n> {                                                                                          \
    TILEWRIGHT_DEVICE static void shared(float (&d)[n / 2], std::uint64_t a, std::uint64_t b, int keep) {       \
      asm volatile(TILEWRIGHT_WGMMA8(n, c0 ", " c1, c2) : TILEWRIGHT_OPERANDS_##n : "l"(a), "l"(b), "r"(keep)); \
    }                                                                                                           \
    TILEWRIGHT_DEVICE static void registers(float (&d)[n / 2], const std::uint32_t (&a)[4], std::uint64_t b,    \
                                            int keep) {                                                         \
      asm volatile(TILEWRIGHT_WGMMA8(n, "{" c0 ", " c1 ", " c2 ", " c3 "}, " c4, c5)                            \
                   : TILEWRIGHT_OPERANDS_##n                                                                    \
                   : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(keep));                            \
    }                                                                                                           \
  }

TILEWRIGHT_PRODUCT8(128, "%64", "%65", "%66", "%67", "%68", "%69");

#undef TILEWRIGHT_PRODUCT8
#undef TILEWRIGHT_WGMMA8

}  // namespace tilewright::kernels::device::ptx
