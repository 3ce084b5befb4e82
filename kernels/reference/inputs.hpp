// The numbers that kernels are measured and tested on: approximately standard normal, and a function of
// (seed, tensor, element) alone. Host and device compute the same bits, so a sample of a large result can be
// checked without a copy of its inputs.
//
// Every step is exact or rounds once: integer arithmetic, the conversion of an integer below 2^24, one product, and
// the rounding to 16 bits. No sum follows a product, so no compiler can contract them.
//
// Source of the generator: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
// (SplitMix64: the increment, and the finalizer `mix`, variant 13 of Stafford's).
#pragma once

#include <cstdint>

#include "einsum/mask/neighborhood.hpp"
#include "kernels/device/numbers.hpp"

namespace tilewright::kernels::reference {

/// Tensors with numbers of their own under one seed.
enum class Input : std::uint32_t { q, k, v, grad_o };

TILEWRIGHT_HOST_DEVICE constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// 64 random bits.
TILEWRIGHT_HOST_DEVICE constexpr std::uint64_t random_bits(std::uint64_t seed, Input tensor,
                                                           std::uint64_t element) {
  const std::uint64_t stream = mix(mix(seed) + static_cast<std::uint32_t>(tensor) + 1);
  return mix(stream + (element + 1) * 0x9e3779b97f4a7c15u);
}

/// Mean 0, variance 1, within (-3.465, 3.465): the sum of four uniform 16-bit numbers, centred and scaled by their
/// deviation, 2 * sqrt(4 * (2^32 - 1) / 12).
TILEWRIGHT_HOST_DEVICE constexpr float normal(std::uint64_t bits) {
  std::int32_t sum = 0;
  for (int part = 0; part < 4; ++part) sum += static_cast<std::int32_t>(bits >> (16 * part) & 0xffff);
  return static_cast<float>(2 * sum - 4 * 0xffff) * 1.32145e-5f;
}

/// Element `element` of the whole tensor, in memory order, as kernels read it.
template <typename T>
TILEWRIGHT_HOST_DEVICE T input(std::uint64_t seed, Input tensor, std::uint64_t element) {
  return device::from_float<T>(normal(random_bits(seed, tensor, element)));
}

}  // namespace tilewright::kernels::reference
