#include "kernels/runner/statistics.hpp"

#include <algorithm>
#include <cstddef>

namespace tilewright::kernels::runner {

double median(std::vector<double> samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  if (samples.size() % 2 == 1) return *middle;
  return (*std::max_element(samples.begin(), middle) + *middle) / 2;
}

}  // namespace tilewright::kernels::runner
