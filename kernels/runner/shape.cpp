#include "kernels/runner/shape.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <vector>

namespace tilewright::kernels::runner {

std::int64_t Shape::product() const { return std::int64_t{extent[0]} * extent[1] * extent[2]; }

std::string Shape::str() const {
  std::string text;
  for (std::size_t axis = 3 - static_cast<std::size_t>(dimensions); axis < 3; ++axis) {
    text += (text.empty() ? "" : "x") + std::to_string(extent[axis]);
  }
  return text;
}

std::optional<std::int64_t> read_whole(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc() || stop != end || text[0] == '-') return std::nullopt;
  return value;
}

std::optional<Shape> read_shape(const std::string& text, int least) {
  std::vector<int> extents;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('x', start), text.size());
    const auto extent = read_whole(text.substr(start, end - start));
    if (!extent || *extent < least || *extent > std::numeric_limits<int>::max()) return std::nullopt;
    extents.push_back(static_cast<int>(*extent));
    start = end + 1;
  }
  if (extents.size() > 3) return std::nullopt;
  Shape shape{static_cast<int>(extents.size()), {1, 1, 1}};
  std::copy(extents.begin(), extents.end(), shape.extent.end() - shape.dimensions);
  return shape;
}

}  // namespace tilewright::kernels::runner
