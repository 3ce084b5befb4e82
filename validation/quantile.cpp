#include "validation/quantile.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

double quantile(std::vector<double> sample, double share) {
  std::ranges::sort(sample);
  const double at = share * static_cast<double>(sample.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(at));
  const std::size_t above = std::min(below + 1, sample.size() - 1);
  return sample[below] + (at - static_cast<double>(below)) * (sample[above] - sample[below]);
}

}  // namespace tilewright
