// Where the emulator reads and writes shared memory, found from outside: memory is filled with what tells one place
// from another, and products and copies show what they took.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/kernels/cute/recording.hpp"

namespace tilewright::kernels::conformance {

inline constexpr int all_shared_B = 227 * 1024;

/// The bytes of shared memory at which a product reads the numbers of B, [k][n]; k is 16, of 8-bit numbers 32.
std::vector<int> reads_of_b(std::uint64_t descriptor, int n, bool mn_major, int number_B);

/// The bytes of shared memory at which a product reads the numbers of A, [64 rows][k].
std::vector<int> reads_of_a(std::uint64_t descriptor, bool mn_major, int number_B);

/// Where a copy takes the numbers from that it leaves in shared memory, by element of its tensor: [all shared
/// memory, in numbers].
inline constexpr std::int64_t outside = -1;    ///< of the tensor, where the copy leaves zeros
inline constexpr std::int64_t untouched = -2;  ///< by the copy
std::vector<std::int64_t> copied_elements(const Copy& copy);

}  // namespace tilewright::kernels::conformance
