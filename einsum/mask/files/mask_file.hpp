// Masks of blocks from files, of whichever format a file has.
#pragma once

#include "einsum/mask/files/block_grid.hpp"

namespace tilewright {

/// Chosen by what the file begins with, else by its extension: .npy or .mtx. A file without heads is the same for
/// all. Throws InputError for what is no such file, and for what its reader refuses.
BlockMap read_mask_file(const std::filesystem::path& file, const BlockGrid& grid, Count head);

/// Heads of a file that has some, else 1.
Count mask_file_heads(const std::filesystem::path& file);

}  // namespace tilewright
