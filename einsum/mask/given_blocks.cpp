#include "einsum/mask/given_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/error.hpp"
#include "einsum/mask/files/block_grid.hpp"

namespace tilewright {

namespace {

class BlocksExpression final : public MaskExpression {
 public:
  BlocksExpression(GivenBlocks blocks, std::string text) : blocks_(std::move(blocks)), text_(std::move(text)) {}

  [[nodiscard]] Mask make(const Scene& scene) const override {
    const BlockGrid grid{scene.layout.flattened(), blocks_.query_block, blocks_.key_block};
    BlockMap map = empty_map(text_, blocks_.rows, blocks_.columns, grid);
    const auto* block = &blocks_.present[static_cast<std::size_t>(scene.head * blocks_.rows * blocks_.columns)];
    for (Count row = 0; row < blocks_.rows; ++row)
      for (Count column = 0; column < blocks_.columns; ++column)
        if (*block++ != 0) map.set(row, column);
    return flat_mask(scene.layout, block_relation(std::move(map)));
  }
  [[nodiscard]] Count heads() const override { return blocks_.heads; }
  [[nodiscard]] bool by_number() const override { return false; }
  [[nodiscard]] Count alike() const override { return 0; }
  // A kernel that takes blocks of a file takes these.
  [[nodiscard]] bool is_of(const std::vector<std::string>& patterns) const override {
    return std::ranges::find(patterns, "file") != patterns.end();
  }

 private:
  GivenBlocks blocks_;
  std::string text_;
};

void require_blocks(const GivenBlocks& blocks, const std::string& text) {
  const auto fail = [&](const std::string& message) { throw InputError(Place{text}, {}, message); };
  for (const Count count : {blocks.heads, blocks.rows, blocks.columns, blocks.query_block, blocks.key_block})
    if (count < 1) fail("expected one head, query block, key block, query and key of a block, or more");
  if (blocks.rows > most_blocks / blocks.columns || blocks.heads > most_blocks / (blocks.rows * blocks.columns))
    fail(fmt::format("holds {}x{}x{} blocks; at most 2^34 can be read", blocks.heads, blocks.rows, blocks.columns));
  if (static_cast<Count>(blocks.present.size()) != blocks.heads * blocks.rows * blocks.columns)
    fail(fmt::format("holds {} values for {}x{}x{} blocks", blocks.present.size(), blocks.heads, blocks.rows,
                     blocks.columns));
}

}  // namespace

MaskSpec mask_of_blocks(GivenBlocks blocks, const std::string& text) {
  require_blocks(blocks, text);
  const Count heads = blocks.heads;
  return {text, {{heads, std::make_shared<BlocksExpression>(std::move(blocks), text), text}}, {}, {}};
}

}  // namespace tilewright
