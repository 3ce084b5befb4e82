#include "einsum/mask/files/npy_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "common/parallel.hpp"

#include "einsum/mask/files/npy_file.hpp"
#include "einsum/mask/files/npy_header.hpp"

namespace tilewright {

namespace {

using Word = BlockMap::Word;
static_assert(std::endian::native == std::endian::little, "eight items are one word, the first one lowest");

void require_shape(const NpyFile& file, Count head) {
  const Extents& shape = file.shape();
  if (shape.size() != 2 && shape.size() != 3)
    file.fail(fmt::format("has shape {}; expected (query blocks, key blocks) or (heads, query blocks, key blocks)",
                          shape_text(shape)));
  if (std::ranges::any_of(shape, [](Count extent) { return extent < 1 || extent > most_tokens; }))
    file.fail(fmt::format("has shape {}; expected from 1 to 2^31 on every side", shape_text(shape)));
  if (shape.size() == 3 && head >= shape[0])
    file.fail(fmt::format("has {} head{}; head {}, counted from 0, is not among them", shape[0],
                          shape[0] == 1 ? "" : "s", head));
}

// Bit i is item i, each 0 or 1.
Word packed(std::span<const char> items) {
  std::array<Word, 8> eights{};
  std::memcpy(eights.data(), items.data(), items.size());
  Word word = 0;
  // The factor moves the lowest bit of byte i to bit 56 + i, and no two bits onto one another.
  for (std::size_t i = 0; i < eights.size(); ++i) word |= (eights[i] * 0x0102040810204080 >> 56) << (8 * i);
  return word;
}

class MaskReader {
 public:
  MaskReader(NpyFile& file, Count head) : file_(file), head_(head) {}

  void read(BlockMap& map) {
    const Count columns = map.key_blocks();
    std::vector<Word> words(map.row(0).size());
    std::vector<char> items(static_cast<std::size_t>(std::min(columns, Count{1} << 20)));
    file_.seek(file_.shape().size() == 3 ? head_ * map.query_blocks() * columns : 0);
    for (Count row = 0; row < map.query_blocks(); ++row) {
      stop_if_interrupted();
      for (Count column = 0; column < columns;) {
        const auto part =
            std::span(items).first(std::min(items.size(), static_cast<std::size_t>(columns - column)));
        file_.read(part);
        require_bits(part, row, column);
        pack(part, words.begin() + column / 64);
        column += static_cast<Count>(part.size());
      }
      map.set_row(row, words);
    }
  }

 private:
  static void pack(std::span<const char> items, std::vector<Word>::iterator into) {
    for (std::size_t at = 0; at < items.size(); at += 64)
      *into++ = packed(items.subspan(at, std::min<std::size_t>(64, items.size() - at)));
  }

  void require_bits(std::span<const char> items, Count row, Count column) const {
    char all = 0;
    for (const char item : items) all = static_cast<char>(all | item);
    if (all != 0 && all != 1) refuse(items, row, column);
  }

  [[noreturn]] void refuse(std::span<const char> items, Count row, Count column) const {
    const auto wrong = std::ranges::find_if(items, [](char item) { return item != 0 && item != 1; });
    Extents place{row, column + (wrong - items.begin())};
    if (file_.shape().size() == 3) place.insert(place.begin(), head_);
    file_.fail(fmt::format("item [{}] is {}; expected 0 or 1", fmt::join(place, ", "),
                           int{static_cast<unsigned char>(*wrong)}));
  }

  NpyFile& file_;
  Count head_;
};

}  // namespace

Count npy_mask_heads(const std::filesystem::path& file) {
  const NpyFile array(file, {{"bool", "|b1", 1}, {"uint8", "|u1", 1}});
  require_shape(array, 0);
  return array.shape().size() == 3 ? array.shape()[0] : 1;
}

BlockMap read_npy_mask(const std::filesystem::path& file, const BlockGrid& grid, Count head) {
  NpyFile array(file, {{"bool", "|b1", 1}, {"uint8", "|u1", 1}});
  require_shape(array, head);
  const Extents& shape = array.shape();
  BlockMap map = empty_map(file, shape[shape.size() - 2], shape.back(), grid);
  MaskReader(array, head).read(map);
  return map;
}

}  // namespace tilewright
