// Random masks may combine patterns that place the queries differently, which is refused.
#pragma once

#include <string>
#include <string_view>

#include "common/error.hpp"
#include "einsum/mask/expression.hpp"

namespace tilewright::test {

inline bool is_mixture(const std::string& text, const Layout& layout) {
  try {
    parse_mask(text).front().expression->make({layout, 0});
    return false;
  } catch (const InputError& error) {
    if (std::string_view(error.what()).find("cannot be combined") == std::string_view::npos) throw;
    return true;
  }
}

}  // namespace tilewright::test
