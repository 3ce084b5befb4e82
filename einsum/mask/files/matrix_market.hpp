// Masks of blocks as Matrix Market files (.mtx), in coordinate format.
// Source: R. F. Boisvert, R. Pozo, K. A. Remington, "The Matrix Market Exchange Formats: Initial Design", NISTIR
// 5935, 1996.
#pragma once

#include "einsum/mask/files/block_grid.hpp"

namespace tilewright {

/// What a Matrix Market file begins with.
inline constexpr std::string_view matrix_market_banner = "%%MatrixMarket";

/// Entries that are not zero are present. Takes pattern, integer and real, general and symmetric matrices; throws
/// InputError with the line for others, for entries outside the matrix, twice, or above the diagonal of a symmetric
/// one, for another number of them than the file says, and for another shape than the grid's.
BlockMap read_matrix_market(const std::filesystem::path& file, const BlockGrid& grid);

}  // namespace tilewright
