// Quantiles of a sample.
#pragma once

#include <vector>

namespace tilewright {

/// The value below which `share` of the sorted sample lies, between two neighbours by their distance (definition 7
/// of R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American Statistician 50, 1996): the
/// least for 0, the median for 0.5, the largest for 1. There must be a value.
double quantile(std::vector<double> sample, double share);

}  // namespace tilewright
