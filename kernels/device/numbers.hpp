// 16-bit numbers and the approximate functions of the GPU's special-function units. All of it works on host and
// device alike.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// Brain floating point: the upper half of a binary32.
struct bf16 {
  std::uint16_t bits;
};

/// IEEE 754 binary16.
struct fp16 {
  std::uint16_t bits;
};

/// The numbers of what a kernel computes, by those of its inputs.
template <class T>
struct OutputTrait {
  using type = T;
};
template <class T>
using OutputOf = typename OutputTrait<T>::type;

inline constexpr float negative_infinity = -std::numeric_limits<float>::infinity();

TILEWRIGHT_HOST_DEVICE constexpr std::uint32_t bits_of(float value) {
  return __builtin_bit_cast(std::uint32_t, value);
}

TILEWRIGHT_HOST_DEVICE constexpr float float_of_bits(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }

/// Rounds to nearest, ties to even; NaN becomes 0x7fff.
template <class T>
TILEWRIGHT_HOST_DEVICE inline T from_float(float value);

template <>
TILEWRIGHT_HOST_DEVICE inline bf16 from_float<bf16>(float value) {
#if defined(__CUDA_ARCH__)
  bf16 result;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
  return result;
#else
  if (value != value) return {0x7fff};
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t to_even = 0x7fff + (bits >> 16 & 1);
  return {static_cast<std::uint16_t>((bits + to_even) >> 16)};
#endif
}

template <>
TILEWRIGHT_HOST_DEVICE inline fp16 from_float<fp16>(float value) {
#if defined(__CUDA_ARCH__)
  fp16 result;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
  return result;
#else
  if (value != value) return {0x7fff};
  const std::uint32_t sign = bits_of(value) >> 16 & 0x8000;
  const std::uint32_t magnitude = bits_of(value) & 0x7fffffff;
  std::uint32_t rounded = 0;
  if (magnitude >= 0x47800000) {  // 2^16 and above
    rounded = 0x7c00;
  } else if (magnitude < 0x38800000) {
    // Below 2^-14 the result is a multiple of 2^-24, which is what one ulp of a float in [0.5, 1) is.
    rounded = bits_of(float_of_bits(magnitude) + 0.5F) - bits_of(0.5F);
  } else {
    const std::uint32_t to_even = 0xfff + (magnitude >> 13 & 1);
    rounded = (magnitude - 0x38000000 + to_even) >> 13;
  }
  return {static_cast<std::uint16_t>(sign | rounded)};
#endif
}

TILEWRIGHT_HOST_DEVICE inline float to_float(bf16 value) {
  return float_of_bits(static_cast<std::uint32_t>(value.bits) << 16);
}

TILEWRIGHT_HOST_DEVICE inline float to_float(fp16 value) {
#if defined(__CUDA_ARCH__)
  float result;
  asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value.bits));
  return result;
#else
  const std::uint32_t sign = static_cast<std::uint32_t>(value.bits & 0x8000) << 16;
  const std::uint32_t magnitude = value.bits & 0x7fff;
  if (magnitude >= 0x7c00) return float_of_bits(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
  if (magnitude >= 0x0400) return float_of_bits(sign | ((magnitude << 13) + 0x38000000));
  const float subnormal = static_cast<float>(magnitude) * 0x1p-24F;
  return float_of_bits(sign | bits_of(subnormal));
#endif
}

/// Two numbers in one register, `low` in its low half.
template <class T>
TILEWRIGHT_HOST_DEVICE inline std::uint32_t pack2(float low, float high) {
#if defined(__CUDA_ARCH__)
  std::uint32_t result;
  if constexpr (std::is_same_v<T, bf16>) {
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  } else {
    static_assert(std::is_same_v<T, fp16>);
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  }
  return result;
#else
  return from_float<T>(low).bits | static_cast<std::uint32_t>(from_float<T>(high).bits) << 16;
#endif
}

/// What the approximate functions make of a subnormal number.
TILEWRIGHT_HOST_DEVICE inline float flush_subnormal(float value) {
  return std::fabs(value) < 0x1p-126F ? std::copysign(0.0F, value) : value;
}

/// 2^value. Like those below exact to about 2^-22, and on the host to the last bit; subnormal numbers are taken and
/// given as zero (PTX ISA, "ex2", "lg2").
TILEWRIGHT_HOST_DEVICE inline float exp2_approx(float value) {
#if defined(__CUDA_ARCH__)
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
#else
  return flush_subnormal(std::exp2(flush_subnormal(value)));
#endif
}

/// The logarithm to base 2; of zero it is negative infinity.
TILEWRIGHT_HOST_DEVICE inline float log2_approx(float value) {
#if defined(__CUDA_ARCH__)
  float result;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
#else
  return std::log2(flush_subnormal(value));
#endif
}

}  // namespace tilewright::kernels::device
