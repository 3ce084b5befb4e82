// A mask as a bitmap of blocks: what files of dynamic patterns hold, and what a census of tiles looks like.
#pragma once

#include <span>
#include <vector>

#include "einsum/mask/by_count.hpp"
#include "einsum/mask/relation.hpp"

namespace tilewright {

/// Row-major bits, one per (query block, key block), each row from a new 64-bit word; bits beyond the row are 0.
class BlockMap {
 public:
  using Word = std::uint64_t;

  /// All blocks absent. The last block of a side may be cut off by the end of the tokens.
  BlockMap(Extent tokens, Count query_block, Count key_block);

  [[nodiscard]] Extent tokens() const { return tokens_; }
  [[nodiscard]] Count query_block() const { return query_block_; }
  [[nodiscard]] Count key_block() const { return key_block_; }
  [[nodiscard]] Count query_blocks() const { return rows_; }
  [[nodiscard]] Count key_blocks() const { return columns_; }

  void set(Count query_block, Count key_block) { word(query_block, key_block) |= bit(key_block); }
  void reset(Count query_block, Count key_block) { word(query_block, key_block) &= ~bit(key_block); }
  /// Key blocks [first, last) of a query block.
  void set_run(Count query_block, Count first, Count last);
  /// All key blocks of a query block, as row() gives them.
  void set_row(Count query_block, std::span<const Word> words);
  [[nodiscard]] bool test(Count query_block, Count key_block) const {
    return (words_[query_block * stride_ + key_block / 64] & bit(key_block)) != 0;
  }
  [[nodiscard]] std::span<const Word> row(Count query_block) const {
    return {words_.begin() + query_block * stride_, words_.begin() + (query_block + 1) * stride_};
  }
  /// Queries (keys) of a block that are tokens.
  [[nodiscard]] Count queries_in(Count query_block) const;
  [[nodiscard]] Count keys_in(Count key_block) const;

 private:
  static Word bit(Count column) { return Word{1} << (column % 64); }
  Word& word(Count row, Count column) { return words_[row * stride_ + column / 64]; }

  Extent tokens_;
  Count query_block_;
  Count key_block_;
  Count rows_;
  Count columns_;
  Count stride_;  // words of a row
  ByCount<Word> words_;
};

/// The relation whose pairs are those of the blocks; blocks() gives the bitmap back.
RelationPtr block_relation(BlockMap map);

}  // namespace tilewright
