#include "einsum/mask/files/matrix_market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "common/error.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "common/position.hpp"
#include "einsum/mask/files/excerpt.hpp"

namespace tilewright {

namespace {

constexpr std::uintmax_t most_bytes = std::uintmax_t{1} << 30;

using Words = std::vector<std::string_view>;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

void split(std::string_view line, Words& words) {
  words.clear();
  for (std::size_t at = 0; at < line.size();) {
    const auto* const end = std::find_if(line.begin() + at, line.end(), is_blank);
    const auto length = static_cast<std::size_t>(end - line.begin()) - at;
    if (length > 0) words.push_back(line.substr(at, length));
    at += length + 1;
  }
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b,
                            [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

template <class Number>
std::optional<Number> number(std::string_view word) {
  Number value{};
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc{} && stop == word.data() + word.size() ? std::optional(value) : std::nullopt;
}

class MatrixReader {
 public:
  MatrixReader(std::filesystem::path file, std::string_view text) : file_(std::move(file)), text_(text) {}

  BlockMap read(const BlockGrid& grid) {
    banner();
    if (!next_line()) fail("expected a line with the numbers of rows, columns and entries");
    const Count rows = whole(0, 1, most_tokens);
    const Count columns = whole(1, 1, most_tokens);
    const Count entries = whole(2, 0, most_tokens * most_tokens);
    if (words_.size() != 3) refuse("expected the numbers of rows, columns and entries");
    if (symmetric_ && rows != columns) refuse("a symmetric matrix has as many rows as columns");
    BlockMap map = empty_map(file_, rows, columns, grid);
    const int size_line = line_;
    Count seen = 0;
    for (; next_line(); ++seen) {
      stop_if_interrupted();
      if (seen == entries)
        refuse(fmt::format("an entry after the number of them that line {} says, {}", size_line, entries));
      entry(map);
    }
    if (seen < entries)
      fail(fmt::format("ends after {} of the {} entries that line {} says", seen, entries, size_line));
    for (const auto& [row, column] : zeros_) map.reset(row, column);
    return map;
  }

 private:
  void banner() {
    take_line();
    if (words_.empty() || !same_word(words_[0], matrix_market_banner))
      fail("is not a Matrix Market file (.mtx): it does not begin with %%MatrixMarket");
    if (words_.size() != 5) refuse("expected '%%MatrixMarket matrix coordinate FIELD SYMMETRY'");
    choice(1, {"matrix"});
    choice(2, {"coordinate"});
    pattern_ = choice(3, {"pattern", "integer", "real"}) == 0;
    symmetric_ = choice(4, {"general", "symmetric"}) == 1;
  }

  std::size_t choice(std::size_t word, std::initializer_list<std::string_view> known) const {
    const auto* const found =
        std::ranges::find_if(known, [&](std::string_view each) { return same_word(each, words_[word]); });
    if (found == known.end())
      throw InputError(place(), {},
                       fmt::format("expected {}, got {}", fmt::join(known, " or "), excerpt(words_[word])));
    return position_of(found, known);
  }

  void entry(BlockMap& map) {
    if (words_.size() != (pattern_ ? 2 : 3))
      refuse(pattern_ ? "expected 'row column'" : "expected 'row column value'");
    const Count row = whole(0, 1, map.query_blocks()) - 1;
    const Count column = whole(1, 1, map.key_blocks()) - 1;
    if (symmetric_ && column > row) refuse("a symmetric matrix has entries on and below the diagonal only");
    if (map.test(row, column)) refuse("an entry a second time");
    const bool zero = !pattern_ && value() == 0;
    set(map, row, column, zero);
    if (symmetric_) set(map, column, row, zero);
  }

  // Zeros stand in the map until the end, so that a second entry is seen.
  void set(BlockMap& map, Count row, Count column, bool zero) {
    map.set(row, column);
    if (zero) zeros_.emplace_back(row, column);
  }

  Count whole(std::size_t word, Count least, Count most) const {
    const auto value = word < words_.size() ? number<Count>(words_[word]) : std::nullopt;
    if (!value || *value < least || *value > most) {
      constexpr std::string_view names[] = {"row", "column", "number of entries"};
      refuse(fmt::format("{}: expected a whole number from {} to {}", names[word], least, most));
    }
    return *value;
  }

  double value() const {
    const auto value = number<double>(words_[2]);
    if (!value || !std::isfinite(*value)) refuse("value: expected a finite number");
    return *value;
  }

  // The next line that is neither blank nor a comment.
  bool next_line() {
    while (!text_.empty()) {
      take_line();
      if (!words_.empty() && words_[0][0] != '%') return true;
    }
    return false;
  }

  void take_line() {
    const std::size_t end = std::min(text_.find('\n'), text_.size());
    content_ = text_.substr(0, end);
    split(content_, words_);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    ++line_;
  }

  [[nodiscard]] Place place() const { return {file_.string(), line_}; }
  [[noreturn]] void refuse(const std::string& message) const {
    throw InputError(place(), {}, message + ", got " + excerpt(content_));
  }
  [[noreturn]] void fail(const std::string& message) const { throw InputError(Place{file_.string()}, {}, message); }

  std::filesystem::path file_;
  std::string_view text_;
  std::string_view content_;  // of the line
  Words words_;               // of the line
  int line_ = 0;
  bool pattern_ = false;
  bool symmetric_ = false;
  std::vector<std::pair<Count, Count>> zeros_;
};

}  // namespace

BlockMap read_matrix_market(const std::filesystem::path& file, const BlockGrid& grid) {
  const std::string text = read_file(file, most_bytes);
  return MatrixReader(file, text).read(grid);
}

}  // namespace tilewright
