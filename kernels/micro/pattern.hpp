// What the bandwidth benchmarks read and write: words whose sum is known without reading them.
#pragma once

#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/platform.hpp"

namespace tilewright::kernels {

/// Knuth, The Art of Computer Programming, volume 3, section 6.4: 2^32 times the golden ratio; odd, so that no two
/// words are equal.
inline constexpr std::uint32_t pattern_step = 2654435761U;

TILEWRIGHT_HOST_DEVICE constexpr std::uint32_t pattern_word(std::int64_t word, std::uint32_t salt) {
  return static_cast<std::uint32_t>(word) * pattern_step + salt;
}

TILEWRIGHT_HOST_DEVICE constexpr device::Vec16 pattern_vector(std::int64_t vector, std::uint32_t salt) {
  return {{pattern_word(4 * vector, salt), pattern_word(4 * vector + 1, salt), pattern_word(4 * vector + 2, salt),
           pattern_word(4 * vector + 3, salt)}};
}

/// The sum of `words` words modulo 2^32.
constexpr std::uint32_t pattern_sum(std::int64_t words, std::uint32_t salt) {
  const auto count = static_cast<std::uint64_t>(words);  // whose products may wrap: 2^32 divides 2^64
  const std::uint64_t half = count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
  return static_cast<std::uint32_t>(half) * pattern_step + static_cast<std::uint32_t>(words) * salt;
}

TILEWRIGHT_HOST_DEVICE constexpr std::uint32_t word_sum(const device::Vec16& vector) {
  return vector.w[0] + vector.w[1] + vector.w[2] + vector.w[3];
}

}  // namespace tilewright::kernels
