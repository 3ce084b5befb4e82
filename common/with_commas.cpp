#include "common/with_commas.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

std::string with_commas(double count) {
  count = std::round(count * 10) / 10;
  std::string digits = fmt::format("{:.0f}", std::floor(count));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  const double rest = count - std::floor(count);
  return rest == 0 ? digits : digits + fmt::format("{:.1f}", rest).substr(1);
}

}  // namespace tilewright
