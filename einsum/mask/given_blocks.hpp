// Blocks of a mask in memory, as the pattern `file` has those of a file: what a program has that made them itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "einsum/mask/spec.hpp"

namespace tilewright {

struct GivenBlocks {
  Count heads = 1;    ///< they share out the query heads of a problem, as those of a file do
  Count rows = 0;     ///< query blocks
  Count columns = 0;  ///< key blocks
  Count query_block = 1;
  Count key_block = 1;
  std::vector<std::uint8_t> present;  ///< [heads, rows, columns]: 0 for blocks that are not there

  bool operator==(const GivenBlocks&) const = default;
};

/// The mask whose pairs are those of the blocks, over flattened tokens. `text` names it in messages and records.
/// Throws InputError without blocks, for another number of them than there are places, and beyond most_blocks;
/// making it for a layout that the blocks do not fit throws InputError with the block size that would.
MaskSpec mask_of_blocks(GivenBlocks blocks, const std::string& text);

}  // namespace tilewright
