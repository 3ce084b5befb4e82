#include "einsum/mask/files/excerpt.hpp"

#include <algorithm>

namespace tilewright {

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string shown(text.substr(0, most));
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return "'" + shown + (text.size() > most ? "..." : "") + "'";
}

}  // namespace tilewright
