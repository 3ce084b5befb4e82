// Masks of blocks as NumPy arrays of bool or uint8.
#pragma once

#include "einsum/mask/files/block_grid.hpp"

namespace tilewright {

/// The blocks of an array [query blocks, key blocks], or, in one of [heads, query blocks, key blocks], of a head.
/// Of the data only that head's are read. Throws InputError for another type, shape or order, a file of another
/// size, a head that is not there, and values other than 0 and 1.
BlockMap read_npy_mask(const std::filesystem::path& file, const BlockGrid& grid, Count head);

/// Heads of a three-dimensional array, else 1; with the same refusals.
Count npy_mask_heads(const std::filesystem::path& file);

}  // namespace tilewright
