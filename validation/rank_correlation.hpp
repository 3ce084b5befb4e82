// Whether predictions put points into the order in which measurements have them.
#pragma once

#include <optional>
#include <span>
#include <utility>

namespace tilewright {

/// Kendall's tau-b: pairs of points in the same order less those in the other one, over the geometric mean of the
/// pairs that differ in each (M. G. Kendall, The treatment of ties in ranking problems, Biometrika 33, 1945). 1:
/// the same order, -1: the reverse. Nothing where all points are equal in one of the two. Cost: the square of the
/// points.
std::optional<double> rank_correlation(std::span<const std::pair<double, double>> points);

}  // namespace tilewright
