#include "einsum/mask/block_census.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

using Word = BlockMap::Word;
using Words = ByCount<Word>;

// Bits [first, last) of a row, at most one word of them at a time, to the lowest bits of a word.
Word bits_at(const Words& row, Count first, Count width) {
  const Count at = first / 64;
  const auto offset = static_cast<unsigned>(first % 64);
  Word word = row[at] >> offset;
  if (offset + static_cast<unsigned>(width) > 64) word |= row[at + 1] << (64 - offset);
  return width == 64 ? word : word & ((Word{1} << width) - 1);
}

bool any(const Words& row, Count first, Count last) {
  for (; first < last; first += 64)
    if (bits_at(row, first, std::min(last - first, Count{64})) != 0) return true;
  return false;
}

bool all(const Words& row, Count first, Count last) {
  for (; first < last; first += 64) {
    const Count width = std::min(last - first, Count{64});
    if (std::popcount(bits_at(row, first, width)) != width) return false;
  }
  return true;
}

// The even bits, next to each other.
Word even_bits(Word word) {
  word &= 0x5555555555555555;
  word = (word | word >> 1) & 0x3333333333333333;
  word = (word | word >> 2) & 0x0F0F0F0F0F0F0F0F;
  word = (word | word >> 4) & 0x00FF00FF00FF00FF;
  word = (word | word >> 8) & 0x0000FFFF0000FFFF;
  return (word | word >> 16) & 0x00000000FFFFFFFF;
}

// Pairs of neighbouring bits to one bit each, which says whether both, or either, are set. Bits behind the row keep
// none of them from being set, or set none.
void halve(Words& row, bool both) {
  const Word behind = both ? ~Word{0} : 0;
  const auto one = [both](Word word) { return even_bits(both ? word & word >> 1 : word | word >> 1); };
  for (Count w = 0; w < row.size(); w += 2)
    row[w / 2] = one(row[w]) | one(w + 1 < row.size() ? row[w + 1] : behind) << 32;
  row.resize((row.size() + 1) / 2);
}

void keep_first(Words& row, Count bits) {
  row.resize(ceil_div(bits, 64));
  if (bits % 64 != 0) row.back() &= (Word{1} << (bits % 64)) - 1;
}

// Goes through the Q tiles; for each, which KV tiles have any of its blocks, and which have all.
class BlockWalk {
 public:
  BlockWalk(const BlockMap& blocks, const AxisTiles& tiles)
      : blocks_(blocks), tiles_(tiles), key_tiles_(ceil_div(blocks.tokens().keys, tiles.key_tile)) {
    const Count words = ceil_div(blocks.key_blocks(), 64);
    some_.resize(words);
    every_.resize(words);
    visited_.resize(ceil_div(key_tiles_, 64));
    full_.resize(visited_.size());
  }

  bool next() {
    stop_if_interrupted();
    first_ = last_;
    if (first_ == blocks_.tokens().queries) return false;
    last_ = std::min(first_ + tiles_.query_tile, blocks_.tokens().queries);
    merge_rows();
    const Count blocks_of_tile = tiles_.key_tile / blocks_.key_block();
    const bool doubled = tiles_.key_tile % blocks_.key_block() == 0 &&
                         std::has_single_bit(static_cast<std::uint64_t>(blocks_of_tile));
    if (doubled) {
      halve_columns(blocks_of_tile);
    } else {
      merge_columns();
    }
    return true;
  }

  [[nodiscard]] Count queries() const { return last_ - first_; }
  [[nodiscard]] Count pairs() const { return pairs_; }
  [[nodiscard]] Count key_tiles() const { return key_tiles_; }
  [[nodiscard]] const Words& visited() const { return visited_; }
  [[nodiscard]] const Words& full() const { return full_; }

  static Count count(const Words& row) {
    Count ones = 0;
    for (const Word word : row) ones += std::popcount(word);
    return ones;
  }

  // Keys of so many tiles (or blocks), of which the last of the row may be cut off.
  [[nodiscard]] Count keys_of(const Words& row, Count ones, Count size) const {
    const Count last = ceil_div(blocks_.tokens().keys, size) - 1;
    const bool cut = (row[last / 64] >> (last % 64) & 1) != 0;
    return ones * size - (cut ? (last + 1) * size - blocks_.tokens().keys : 0);
  }

 private:
  void merge_rows() {
    const Count height = blocks_.query_block();
    std::ranges::fill(some_, Word{0});
    std::ranges::fill(every_, ~Word{0});
    pairs_ = 0;
    for (Count row = first_ / height; row * height < last_; ++row) {
      const std::span<const Word> words = blocks_.row(row);
      row_.assign(words.begin(), words.end());
      Count ones = 0;
      for (Count w = 0; w < row_.size(); ++w) {
        some_[w] |= row_[w];
        every_[w] &= row_[w];
        ones += std::popcount(row_[w]);
      }
      const Count rows = std::min(last_, (row + 1) * height) - std::max(first_, row * height);
      pairs_ += rows * keys_of(row_, ones, blocks_.key_block());
    }
  }

  // Blocks beyond the last token, if the last tile is cut off, keep no tile from being full.
  void halve_columns(Count blocks_of_tile) {
    visited_ = some_;
    full_ = every_;
    const Count blocks = blocks_.key_blocks();
    if (blocks % 64 != 0) full_.back() |= ~((Word{1} << (blocks % 64)) - 1);
    for (Count width = blocks_of_tile; width > 1; width /= 2) {
      halve(visited_, false);
      halve(full_, true);
    }
    keep_first(visited_, key_tiles_);
    keep_first(full_, key_tiles_);
  }

  void merge_columns() {
    std::ranges::fill(visited_, Word{0});
    std::ranges::fill(full_, Word{0});
    for (Count tile = 0; tile < key_tiles_; ++tile) {
      const Count begin = tile * tiles_.key_tile / blocks_.key_block();
      const Count end =
          ceil_div(std::min((tile + 1) * tiles_.key_tile, blocks_.tokens().keys), blocks_.key_block());
      const Word bit = Word{1} << (tile % 64);
      if (any(some_, begin, end)) visited_[tile / 64] |= bit;
      if (all(every_, begin, end)) full_[tile / 64] |= bit;
    }
  }

  const BlockMap& blocks_;
  AxisTiles tiles_;
  Count key_tiles_;
  Count first_ = 0;
  Count last_ = 0;
  Count pairs_ = 0;
  Words some_;   // key blocks that any row of the Q tile has
  Words every_;  // ... that all have
  Words row_;
  Words visited_;
  Words full_;
};

}  // namespace

AxisCensus census_of(const BlockMap& blocks, const AxisTiles& tiles) {
  AxisCensus census;
  BlockWalk walk(blocks, tiles);
  census.key_tiles = walk.key_tiles();
  while (walk.next()) {
    const TileCount count{BlockWalk::count(walk.visited()), BlockWalk::count(walk.full())};
    census.tiles.push_back(count);
    census.pairs += walk.pairs();
    census.visited += count.visited;
    census.full += count.full;
    const Count keys = walk.keys_of(walk.visited(), count.visited, tiles.key_tile);
    census.visited_tokens += walk.queries() * keys;
    census.fetched_keys += keys;
  }
  return census;
}

TileMap map_tiles(const BlockMap& blocks, const AxisTiles& tiles) {
  const Extent grid{ceil_div(blocks.tokens().queries, tiles.query_tile),
                    ceil_div(blocks.tokens().keys, tiles.key_tile)};
  TileMap map{BlockMap(grid, 1, 1), BlockMap(grid, 1, 1)};
  BlockWalk walk(blocks, tiles);
  for (Count row = 0; walk.next(); ++row) {
    map.visited.set_row(row, walk.visited());
    map.full.set_row(row, walk.full());
  }
  return map;
}

}  // namespace tilewright
