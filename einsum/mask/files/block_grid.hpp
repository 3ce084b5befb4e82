// The grid of blocks that a mask file has to fit.
#pragma once

#include <filesystem>

#include "einsum/mask/block_map.hpp"

namespace tilewright {

inline constexpr Count most_blocks = Count{1} << 34;  ///< a map of 2 GiB

/// Tokens cut into blocks; the last block of a side may be cut off by the end of the tokens.
struct BlockGrid {
  Extent tokens;
  Count query_block = 1;
  Count key_block = 1;

  [[nodiscard]] constexpr Count rows() const { return ceil_div(tokens.queries, query_block); }
  [[nodiscard]] constexpr Count columns() const { return ceil_div(tokens.keys, key_block); }
};

/// A map of the grid, all blocks absent. Throws InputError where the file's rows (query blocks) and columns (key
/// blocks) are not those of the grid, naming the block size that would fit, and beyond most_blocks.
BlockMap empty_map(const std::filesystem::path& file, Count rows, Count columns, const BlockGrid& grid);

}  // namespace tilewright
