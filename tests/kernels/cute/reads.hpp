// Where the emulator reads and writes shared memory, found from outside: memory is filled with what tells one place
// from another, and products and copies show what they took.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/kernels/cute/recording.hpp"

namespace tilewright::kernels::conformance {

inline constexpr int all_shared_B = 227 * 1024;

/// The bytes of shared memory at which a product reads the 16 x n numbers of B, [k][n].
std::vector<int> reads_of_b(std::uint64_t descriptor, int n, bool mn_major);

/// The bytes of shared memory at which a product reads the 64 x 16 numbers of A, [row][k].
std::vector<int> reads_of_a(std::uint64_t descriptor, bool mn_major = false);

/// Where a copy takes the numbers from that it leaves in shared memory, by element of its tensor: [all shared
/// memory].
inline constexpr std::int64_t outside = -1;    ///< of the tensor, where the copy leaves zeros
inline constexpr std::int64_t untouched = -2;  ///< by the copy
std::vector<std::int64_t> copied_elements(const Copy& copy);

}  // namespace tilewright::kernels::conformance
