// Bounded non-linear least squares for a handful of parameters of a function that has corners, as makespans have.
#pragma once

#include <functional>
#include <vector>

namespace tilewright {

/// A parameter: where the search begins (inside the bounds), and between what it stays.
struct FitVariable {
  double start = 1;  ///< other than 0; its size is also the size of first steps
  double least = 0;
  double most = 1;
};

/// Residuals of values of the parameters.
using Residuals = std::function<std::vector<double>(const std::vector<double>&)>;

/// The values with the least sum of squared residuals: subplex search (T. Rowan, Functional stability analysis of
/// numerical algorithms, 1990) by NLopt, begun anew until it gains nothing. The same input gives the same values.
std::vector<double> fit_least_squares(const std::vector<FitVariable>& variables, const Residuals& residuals);

/// How well residuals tell the variables at a point: root mean square of the change of the residuals when a
/// variable goes by its start value, and the share of that change which no mixture of the other variables can copy.
struct Identifiability {
  double change = 0;
  double own_share = 0;
};
std::vector<Identifiability> identifiability(const std::vector<FitVariable>& variables,
                                             const std::vector<double>& values, const Residuals& residuals);

}  // namespace tilewright
