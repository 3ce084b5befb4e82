// Median and range of samples, and a number as text that reads back the same.
#pragma once

#include <string>
#include <vector>

namespace tilewright::kernels::runner {

/// The middle sample, or the mean of the two in the middle. Needs at least one.
double median(std::vector<double> samples);

/// The fewest digits that read back as the same double.
std::string number_text(double number);

}  // namespace tilewright::kernels::runner
