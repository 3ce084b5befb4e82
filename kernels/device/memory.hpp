// Loads, stores and atomics. Addresses are of global or shared memory, and aligned to the size of the access.
#pragma once

#include <cstdint>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// What one thread moves with one instruction at best.
struct alignas(16) Vec16 {
  std::uint32_t w[4];
};

TILEWRIGHT_INSTRUCTION Vec16 load16(const void* from);
TILEWRIGHT_INSTRUCTION void store16(void* to, const Vec16& value);
TILEWRIGHT_INSTRUCTION std::uint32_t load4(const void* from);
TILEWRIGHT_INSTRUCTION void store4(void* to, std::uint32_t value);

/// Adds to a counter in global memory and gives what it held before. Orders no other access: see thread_fence().
TILEWRIGHT_INSTRUCTION int atomic_add(int* counter, int value);

/// Adds to two numbers that follow each other in global memory, at a multiple of 8 bytes. In which order additions
/// of several threads come is not known, and with it how their sum is rounded.
TILEWRIGHT_INSTRUCTION void reduce_add2(float* to, float first, float second);

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION Vec16 load16(const void* from) {
  const uint4 value = *static_cast<const uint4*>(from);
  return {{value.x, value.y, value.z, value.w}};
}

TILEWRIGHT_INSTRUCTION void store16(void* to, const Vec16& value) {
  *static_cast<uint4*>(to) = make_uint4(value.w[0], value.w[1], value.w[2], value.w[3]);
}

TILEWRIGHT_INSTRUCTION std::uint32_t load4(const void* from) { return *static_cast<const std::uint32_t*>(from); }

TILEWRIGHT_INSTRUCTION void store4(void* to, std::uint32_t value) { *static_cast<std::uint32_t*>(to) = value; }

TILEWRIGHT_INSTRUCTION int atomic_add(int* counter, int value) { return atomicAdd(counter, value); }

TILEWRIGHT_INSTRUCTION void reduce_add2(float* to, float first, float second) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  asm volatile("red.global.add.v2.f32 [%0], {%1, %2};" ::"l"(to), "f"(first), "f"(second) : "memory");
#else
  asm volatile("red.global.add.f32 [%0], %1;\n\tred.global.add.f32 [%0+4], %2;" ::"l"(to), "f"(first), "f"(second)
               : "memory");
#endif
}

/// The address by which instructions on shared memory name it.
TILEWRIGHT_INSTRUCTION std::uint32_t shared_address(const void* shared) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
}

#endif

}  // namespace tilewright::kernels::device
