// Loads of global memory that pass by the L1 cache (PTX ISA, "ld", cache operator .cg).
#pragma once

#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION Vec16 load16_l2(const void* from) {
  Vec16 value;
  asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(value.w[0]), "=r"(value.w[1]), "=r"(value.w[2]), "=r"(value.w[3])
               : "l"(from));
  return value;
}

TILEWRIGHT_INSTRUCTION std::uint32_t load4_l2(const void* from) {
  std::uint32_t value;
  asm volatile("ld.global.cg.u32 %0, [%1];" : "=r"(value) : "l"(from));
  return value;
}

#else

inline Vec16 load16_l2(const void* from) { return load16(from); }

inline std::uint32_t load4_l2(const void* from) { return load4(from); }

#endif

}  // namespace tilewright::kernels::device
