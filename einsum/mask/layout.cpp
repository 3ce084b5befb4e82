#include "einsum/mask/layout.hpp"

#include <fmt/format.h>

#include <charconv>

#include "common/error.hpp"

namespace tilewright {

Extents parse_extents(std::string_view text, const std::string& what, Count least) {
  Extents extents;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('x', at), text.size());
    Count value = 0;
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, value);
    if (error != std::errc{} || stop != text.data() + end || value < least || value > most_tokens)
      throw InputError(
          fmt::format("{}: expected whole numbers from {} to 2^31 with x between them, as in 30x48x80, "
                      "got '{}'",
                      what, least, text));
    extents.push_back(value);
    at = end + 1;
  }
  if (extents.size() > most_dimensions)
    throw InputError(fmt::format("{}: at most {} dimensions, got '{}'", what, most_dimensions, text));
  return extents;
}

std::string to_text(const Extents& extents) { return fmt::format("{}", fmt::join(extents, "x")); }

Count checked_product(Count a, Count b) {
  Count product = 0;
  if (__builtin_mul_overflow(a, b, &product) || product > (Count{1} << 62))
    throw InputError(fmt::format("{} times {} is too large to count", a, b));
  return product;
}

Count tokens_of(const Extents& extents) {
  Count product = 1;
  for (const Count extent : extents) product = checked_product(product, extent);
  if (product > most_tokens)
    throw InputError(fmt::format("{} are {} tokens; at most 2^31 can be counted", to_text(extents), product));
  return product;
}

}  // namespace tilewright
