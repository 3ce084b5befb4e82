// 8-bit numbers: a sign, four bits of exponent and three of significand. All of it works on host and device alike.
//
// Source: P. Micikevicius et al., "FP8 Formats for Deep Learning", 2022, table 1: the bias is 7, there is no
// infinity, and all ones behind the sign are NaN; so the largest number is 448, the smallest 2^-9.
#pragma once

#include <cstdint>

#include "kernels/device/numbers.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

struct e4m3 {
  std::uint8_t bits;
};

/// What a kernel computes from numbers of 8 bits has more of them: sums are worth more than their terms.
template <>
struct OutputTrait<e4m3> {
  using type = bf16;
};

/// Rounds to nearest, ties to even; what is beyond 448 becomes 448 of its sign, and NaN 0x7f (PTX ISA, "cvt", with
/// .satfinite). The same code everywhere: the instruction needs sm_89, and inputs are made on older devices too.
template <>
TILEWRIGHT_HOST_DEVICE inline e4m3 from_float<e4m3>(float value) {
  if (value != value) return {0x7f};
  const std::uint32_t sign = bits_of(value) >> 24 & 0x80;
  const std::uint32_t magnitude = bits_of(value) & 0x7fffffff;
  std::uint32_t rounded = 0;
  if (magnitude >= 0x43e00000) {  // 448
    rounded = 0x7e;
  } else if (magnitude < 0x3c800000) {
    // Below 2^-6 the result is a multiple of 2^-9, which is what one ulp of a float in [2^14, 2^15) is.
    rounded = bits_of(float_of_bits(magnitude) + 0x1p14F) - bits_of(0x1p14F);
  } else {
    const std::uint32_t to_even = 0x7ffff + (magnitude >> 20 & 1);
    rounded = (magnitude - 0x3c000000 + to_even) >> 20;
  }
  return {static_cast<std::uint8_t>(sign | rounded)};
}

TILEWRIGHT_HOST_DEVICE inline float to_float(e4m3 value) {
  const std::uint32_t sign = static_cast<std::uint32_t>(value.bits & 0x80) << 24;
  const std::uint32_t magnitude = value.bits & 0x7f;
  if (magnitude == 0x7f) return float_of_bits(sign | 0x7fc00000);
  if (magnitude >= 0x08) return float_of_bits(sign | ((magnitude << 20) + 0x3c000000));
  return float_of_bits(sign | bits_of(static_cast<float>(magnitude) * 0x1p-9F));
}

/// Four numbers in one register, the first in its lowest byte.
TILEWRIGHT_HOST_DEVICE inline std::uint32_t pack4(float first, float second, float third, float fourth) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
  std::uint32_t result;
  asm("{\n"
      ".reg .b16 low, high;\n"
      "cvt.rn.satfinite.e4m3x2.f32 low, %2, %1;\n"
      "cvt.rn.satfinite.e4m3x2.f32 high, %4, %3;\n"
      "mov.b32 %0, {low, high};\n"
      "}"
      : "=r"(result)
      : "f"(first), "f"(second), "f"(third), "f"(fourth));
  return result;
#else
  const auto bits = [](float value) { return std::uint32_t{from_float<e4m3>(value).bits}; };
  return bits(first) | bits(second) << 8 | bits(third) << 16 | bits(fourth) << 24;
#endif
}

/// Bytes of two registers, `low` having 0 to 3 and `high` 4 to 7, by the four hexadecimal digits of `order`, the
/// last for the lowest byte (PTX ISA, "prmt").
TILEWRIGHT_HOST_DEVICE inline std::uint32_t pick_bytes(std::uint32_t low, std::uint32_t high, std::uint32_t order) {
#if defined(__CUDA_ARCH__)
  return __byte_perm(low, high, order);
#else
  const std::uint64_t bytes = std::uint64_t{high} << 32 | low;
  std::uint32_t result = 0;
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t from = order >> 4 * i & 7;
    result |= static_cast<std::uint32_t>(bytes >> 8 * from & 0xff) << 8 * i;
  }
  return result;
#endif
}

}  // namespace tilewright::kernels::device
