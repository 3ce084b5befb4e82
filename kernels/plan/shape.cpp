#include "kernels/plan/shape.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <numeric>

namespace tilewright::plan {

std::optional<std::int64_t> read_whole(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc() || stop != end || text[0] == '-') return std::nullopt;
  return value;
}

std::optional<Shape> read_shape(const std::string& text, int least) {
  Shape shape;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('x', start), text.size());
    const auto extent = read_whole(text.substr(start, end - start));
    if (!extent || *extent < least || *extent > std::numeric_limits<int>::max()) return std::nullopt;
    shape.push_back(*extent);
    start = end + 1;
  }
  if (shape.size() > most_axes) return std::nullopt;
  return shape;
}

std::string to_text(const Shape& shape) {
  std::string text;
  for (const std::int64_t extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

std::int64_t tokens_in(const Shape& shape) {
  if (shape.empty()) return 0;
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::array<int, most_axes> axes_of(const Shape& shape) {
  std::array<int, most_axes> axes{1, 1, 1};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    axes.at(most_axes - shape.size() + axis) = static_cast<int>(shape[axis]);
  }
  return axes;
}

}  // namespace tilewright::plan
