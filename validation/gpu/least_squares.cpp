#include "validation/gpu/least_squares.hpp"

#include <nlopt.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

namespace tilewright {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// The library would make another exception of one that gets out of the function.
struct Objective {
  const Residuals& residuals;
  std::exception_ptr thrown = nullptr;
};

double objective(const std::vector<double>& values, std::vector<double>& /*gradient*/, void* data) {
  auto& of = *static_cast<Objective*>(data);
  try {
    const std::vector<double> all = of.residuals(values);
    return dot(all, all);
  } catch (...) {
    of.thrown = std::current_exception();
    throw nlopt::forced_stop();
  }
}

// One search; returns the sum of squares.
double search(const std::vector<FitVariable>& variables, const Residuals& residuals, std::vector<double>& values) {
  const auto count = static_cast<unsigned>(variables.size());
  nlopt::opt search(nlopt::LN_SBPLX, count);
  std::vector<double> least, most, steps;
  for (const FitVariable& variable : variables) {
    least.push_back(variable.least);
    most.push_back(variable.most);
    steps.push_back(0.2 * std::abs(variable.start));
  }
  search.set_lower_bounds(least);
  search.set_upper_bounds(most);
  search.set_initial_step(steps);
  Objective data{residuals};
  search.set_min_objective(objective, &data);
  search.set_xtol_rel(1e-6);
  search.set_maxeval(static_cast<int>(count) * 1000);
  double sum = 0;
  try {
    search.optimize(values, sum);
  } catch (const nlopt::forced_stop&) {
    std::rethrow_exception(data.thrown);
  }
  return sum;
}

// Takes from `column` what mixtures of `others` can copy (Gram-Schmidt).
std::vector<double> own_part(std::vector<double> column, const std::vector<std::vector<double>>& others) {
  std::vector<std::vector<double>> basis;
  for (std::vector<double> other : others) {
    for (const auto& each : basis) {
      const double along = dot(other, each);
      for (std::size_t i = 0; i < other.size(); ++i) other[i] -= along * each[i];
    }
    const double length = std::sqrt(dot(other, other));
    if (length < 1e-9) continue;
    for (double& value : other) value /= length;
    basis.push_back(std::move(other));
  }
  for (const auto& each : basis) {
    const double along = dot(column, each);
    for (std::size_t i = 0; i < column.size(); ++i) column[i] -= along * each[i];
  }
  return column;
}

// How residuals change when a variable goes by its start value; by a small step inside the bounds.
std::vector<double> sensitivity(const FitVariable& variable, std::size_t index, std::vector<double> values,
                                const Residuals& residuals) {
  const double step = 0.05 * std::abs(variable.start);
  const double low = std::max(variable.least, values[index] - step);
  const double high = std::min(variable.most, values[index] + step);
  values[index] = high;
  std::vector<double> change = residuals(values);
  values[index] = low;
  const std::vector<double> before = residuals(values);
  for (std::size_t i = 0; i < change.size(); ++i)
    change[i] = (change[i] - before[i]) / (high - low) * std::abs(variable.start);
  return change;
}

}  // namespace

std::vector<double> fit_least_squares(const std::vector<FitVariable>& variables, const Residuals& residuals) {
  std::vector<double> values;
  for (const FitVariable& variable : variables) values.push_back(variable.start);
  double sum = search(variables, residuals, values);
  for (int again = 0; again < 10; ++again) {
    std::vector<double> next = values;
    const double lower = search(variables, residuals, next);
    if (!(lower < sum)) break;
    const bool gained = lower < sum * (1 - 1e-6);
    sum = lower;
    values = next;
    if (!gained) break;
  }
  return values;
}

std::vector<Identifiability> identifiability(const std::vector<FitVariable>& variables,
                                             const std::vector<double>& values, const Residuals& residuals) {
  std::vector<std::vector<double>> columns;
  for (std::size_t i = 0; i < variables.size(); ++i)
    columns.push_back(sensitivity(variables[i], i, values, residuals));
  std::vector<Identifiability> result;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::vector<std::vector<double>> others = columns;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    const double length = std::sqrt(dot(columns[i], columns[i]));
    const std::vector<double> own = own_part(columns[i], others);
    result.push_back({length / std::sqrt(static_cast<double>(columns[i].size())),
                      length > 0 ? std::sqrt(dot(own, own)) / length : 0});
  }
  return result;
}

}  // namespace tilewright
