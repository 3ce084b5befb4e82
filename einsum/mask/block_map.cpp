#include "einsum/mask/block_map.hpp"

#include <algorithm>
#include <bit>

namespace tilewright {

namespace {

// Calls what(first, last) for every run of bits that are set.
template <class What>
void for_each_run(std::span<const BlockMap::Word> row, What what) {
  const Count bits = std::ssize(row) * 64;
  const auto next = [&](Count from, bool set) {
    while (from < bits) {
      BlockMap::Word word = row[static_cast<std::size_t>(from / 64)];
      if (!set) word = ~word;
      word >>= from % 64;
      if (word != 0) return from + std::countr_zero(word);
      from = (from / 64 + 1) * 64;
    }
    return bits;
  };
  for (Count first = next(0, true); first < bits;) {
    const Count last = next(first, false);
    what(first, last);
    first = next(last, true);
  }
}

class BlockRelation final : public Relation {
 public:
  explicit BlockRelation(BlockMap map) : Relation(map.tokens()), map_(std::move(map)) {}

  void bands(Count first, Count last, Bands& out) const override {
    const Count height = map_.query_block();
    for (Count row = first / height; row * height < last; ++row) {
      out.open(std::max(first, row * height), std::min(last, (row + 1) * height));
      for_each_run(map_.row(row), [&](Count begin, Count end) {
        out.add(fixed_segment(begin * map_.key_block(), std::min(end * map_.key_block(), extent().keys)));
      });
    }
  }

  [[nodiscard]] const BlockMap* blocks() const override { return &map_; }

 private:
  BlockMap map_;
};

}  // namespace

BlockMap::BlockMap(Extent tokens, Count query_block, Count key_block)
    : tokens_(tokens),
      query_block_(query_block),
      key_block_(key_block),
      rows_(ceil_div(tokens.queries, query_block)),
      columns_(ceil_div(tokens.keys, key_block)),
      stride_(ceil_div(columns_, 64)),
      words_(rows_ * stride_, 0) {}

void BlockMap::set_run(Count query_block, Count first, Count last) {
  for (Count column = first; column < last;) {
    const Count end = std::min(last, (column / 64 + 1) * 64);
    const Count width = end - column;
    const Word ones = width == 64 ? ~Word{0} : (Word{1} << width) - 1;
    word(query_block, column) |= ones << (column % 64);
    column = end;
  }
}

void BlockMap::set_row(Count query_block, std::span<const Word> words) {
  std::ranges::copy(words, words_.begin() + query_block * stride_);
}

Count BlockMap::queries_in(Count query_block) const {
  return std::min(query_block_, tokens_.queries - query_block * query_block_);
}

Count BlockMap::keys_in(Count key_block) const {
  return std::min(key_block_, tokens_.keys - key_block * key_block_);
}

RelationPtr block_relation(BlockMap map) { return std::make_shared<BlockRelation>(std::move(map)); }

}  // namespace tilewright
