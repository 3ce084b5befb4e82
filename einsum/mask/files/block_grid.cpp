#include "einsum/mask/files/block_grid.hpp"

#include <fmt/format.h>

#include <bit>

#include "common/error.hpp"

namespace tilewright {

namespace {

// The block size that cuts so many tokens into so many blocks, 0 where there is none. A power of two is the
// likeliest one, then the smallest.
Count block_for(Count tokens, Count blocks) {
  const Count smallest = ceil_div(tokens, blocks);
  if (ceil_div(tokens, smallest) != blocks) return 0;
  const auto power = static_cast<Count>(std::bit_ceil(static_cast<std::uint64_t>(smallest)));
  return ceil_div(tokens, power) == blocks ? power : smallest;
}

std::string fitting_block(const Extent& tokens, Count rows, Count columns) {
  const Count queries = block_for(tokens.queries, rows);
  const Count keys = block_for(tokens.keys, columns);
  return queries == 0 || keys == 0 ? "no block size fits" : fmt::format("block={}x{} would fit", queries, keys);
}

}  // namespace

BlockMap empty_map(const std::filesystem::path& file, Count rows, Count columns, const BlockGrid& grid) {
  if (rows != grid.rows() || columns != grid.columns())
    throw InputError(
        Place{file.string()}, {},
        fmt::format("holds {}x{} blocks; {}x{} tokens (queries x keys) in blocks of {}x{} are {}x{}; {}", rows,
                    columns, grid.tokens.queries, grid.tokens.keys, grid.query_block, grid.key_block, grid.rows(),
                    grid.columns(), fitting_block(grid.tokens, rows, columns)));
  if (rows > most_blocks / columns)
    throw InputError(Place{file.string()}, {},
                     fmt::format("holds {}x{} blocks; at most 2^34 can be read", rows, columns));
  return {grid.tokens, grid.query_block, grid.key_block};
}

}  // namespace tilewright
