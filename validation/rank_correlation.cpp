#include "validation/rank_correlation.hpp"

#include <cmath>

namespace tilewright {

std::optional<double> rank_correlation(std::span<const std::pair<double, double>> points) {
  double same = 0;
  double differ_in_first = 0;
  double differ_in_second = 0;
  const auto sign = [](double a, double b) { return static_cast<double>(a < b) - static_cast<double>(b < a); };
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double first = sign(points[i].first, points[j].first);
      const double second = sign(points[i].second, points[j].second);
      same += first * second;
      differ_in_first += std::abs(first);
      differ_in_second += std::abs(second);
    }
  if (differ_in_first == 0 || differ_in_second == 0) return {};
  return same / std::sqrt(differ_in_first * differ_in_second);
}

}  // namespace tilewright
