// What the tests of this folder compare: each gives the first difference in words, or "".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/kernels/cute/canonical.hpp"
#include "tests/kernels/cute/recording.hpp"

namespace tilewright::kernels::conformance {

/// Of two descriptors of matrices, by fields. The leading offset of an MN-major matrix of one panel is read by
/// nobody.
std::string difference(std::uint64_t ours, std::uint64_t cute, bool leading_is_read = true);

/// Between the descriptors that the kernel issued and those of CuTe: of Q by each consumer, of K and V in turn by
/// stages.
std::string difference(const Recording& ours, const SharedMatrices& cute);

/// The same of a backward pass, visit by visit: of K and V by each consumer, of Q and dO in turn by stages, of dS
/// in turns.
std::string difference(const Recording& ours, const BackwardMatrices& cute);

/// Between what the emulator reads by the matrix's descriptors and where CuTe has its elements: as A, in parts of
/// 64 rows; as B.
std::string difference_of_a(const Canonical& matrix);
std::string difference_of_b(const Canonical& matrix);

/// Of an MN-major matrix in parts of 64 columns: as A, and as B.
std::string difference_of_mn_major_parts(const Canonical& matrix, bool as_a);

/// Between where copies leave the tiles of a tensor, a panel of columns each, and where CuTe has their elements.
std::string difference(const std::vector<Copy>& ours, const Tokens& tokens, const Canonical& cute);

}  // namespace tilewright::kernels::conformance
