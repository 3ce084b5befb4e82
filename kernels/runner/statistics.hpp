// The median of samples.
#pragma once

#include <vector>

namespace tilewright::kernels::runner {

/// The middle sample, or the mean of the two in the middle. Needs at least one.
double median(std::vector<double> samples);

}  // namespace tilewright::kernels::runner
