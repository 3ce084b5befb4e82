// Masks of blocks as compressed rows: the index arrays of a CSR matrix of blocks, or of a BSR matrix.
#pragma once

#include "einsum/mask/files/block_grid.hpp"

namespace tilewright {

/// Two NumPy arrays of int32 or int64 with one dimension: the key blocks of query block r, in any order, are
/// indices[indptr[r]] to indices[indptr[r + 1] - 1]. Throws InputError where indptr does not begin at 0, falls,
/// does not end at the number of indices or has not one number more than the grid has rows, and for indices that
/// the grid has not or that a row has twice.
BlockMap read_csr_mask(const std::filesystem::path& indptr, const std::filesystem::path& indices,
                       const BlockGrid& grid);

}  // namespace tilewright
