// Where in a list a search found its item.
#pragma once

#include <cstddef>
#include <iterator>

namespace tilewright {

/// From the front; of the end: the size.
template <class List, class Iterator>
constexpr std::size_t position_of(const Iterator& found, const List& list) {
  return static_cast<std::size_t>(found - std::begin(list));
}

}  // namespace tilewright
