#include "report/labels.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/plot.hpp"

namespace tilewright {

namespace {

constexpr double half_point = 5;
constexpr double distance = 8;
constexpr double line = 16;

}  // namespace

void LabelPlacer::add_point(double x, double y) {
  taken_.push_back({x - half_point, y - half_point, x + half_point, y + half_point});
}

bool LabelPlacer::is_free(const LabelPlace& place) const {
  if (place.left < 0 || place.low < 0 || place.right > width_ || place.high > height_) return false;
  return std::ranges::none_of(taken_, [&](const LabelPlace& other) {
    return place.left < other.right && other.left < place.right && place.low < other.high && other.low < place.high;
  });
}

std::string LabelPlacer::place(const std::string& text, double x, double y) {
  struct Side {
    double right;  // of its width, from the point to the label's left
    double up;     // of its height, from the point to the label's lower side
  };
  static constexpr std::array<Side, 10> sides = {{{0, 0.1},
                                                  {-1, 0.1},
                                                  {0, -1.1},
                                                  {-1, -1.1},
                                                  {0, -0.5},
                                                  {-1, -0.5},
                                                  {-0.5, 0.5},
                                                  {-0.5, -1.5},
                                                  {0, -1.6},
                                                  {-1, 0.6}}};
  const double width = label_width(text);
  for (const Side& side : sides) {
    const double left = x + side.right * width + (side.right == 0 ? distance : side.right == -1 ? -distance : 0);
    const double low = y + side.up * line;
    const LabelPlace place{left, low, left + width, low + line};
    if (!is_free(place)) continue;
    taken_.push_back(place);
    return fmt::format("set label {} at graph {:.5f},{:.5f} left front textcolor rgb '#333333'\n", quoted(text),
                       left / width_, (low + line / 2) / height_);
  }
  return "";
}

}  // namespace tilewright
