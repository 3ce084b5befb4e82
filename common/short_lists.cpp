#include "common/short_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "common/with_commas.hpp"

namespace tilewright {

namespace {

constexpr std::ptrdiff_t most_shown = 8;
constexpr int first_shown = 4;

// Numbers, and runs of them as in 0..1023, with / between them.
std::string shortened(const std::string& list) {
  const std::ptrdiff_t items = std::ranges::count(list, '/') + 1;
  if (items <= most_shown) return list;
  std::size_t end = 0;
  for (int i = 0; i < first_shown; ++i) end = list.find('/', end) + 1;
  return fmt::format("{}... ({} in all)", list.substr(0, end), with_commas(items));
}

}  // namespace

std::string with_short_lists(const std::string& text) {
  constexpr const char* of_list = "0123456789./";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find_first_of(of_list, at), text.size());
    const std::size_t end = std::min(text.find_first_not_of(of_list, begin), text.size());
    out += text.substr(at, begin - at) + shortened(text.substr(begin, end - begin));
    at = end;
  }
  return out;
}

Table with_short_lists(Table table) {
  for (std::vector<Cell>& row : table.rows)
    for (Cell& cell : row)
      if (std::string* text = std::get_if<std::string>(&cell)) *text = with_short_lists(*text);
  return table;
}

}  // namespace tilewright
