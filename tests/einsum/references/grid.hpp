// What references over images and long sequences have in common.
#pragma once

#include <algorithm>

#include "tests/einsum/references/problem.hpp"

namespace tilewright::test {

/// An element, or 0 outside of the array.
inline double within(const Array& array, const std::vector<int>& at) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (at[i] < 0 || at[i] >= array.shape[i]) return 0;
    position = position * static_cast<std::size_t>(array.shape[i]) + static_cast<std::size_t>(at[i]);
  }
  return array.values[position];
}

/// A sum over a window of `rows` x `columns`.
template <class Term>
double sum_of_window(int rows, int columns, Term&& term) {
  return sum(rows, [&](int r) { return sum(columns, [&](int s) { return term(r, s); }); });
}

/// Depthwise: of a channel's places, `step` apart, around the middle of the kernel. Kernels are [channels, rows,
/// columns].
inline Array depthwise(const Array& input, const Array& kernel, int step = 1) {
  Array output(input.shape);
  const int rows = kernel.shape[1], columns = kernel.shape[2];
  each(input.shape[0], input.shape[1], input.shape[2], [&](int c, int h, int w) {
    output(c, h, w) = sum_of_window(rows, columns, [&](int r, int s) {
      return within(input, {c, h + step * (r - rows / 2), w + step * (s - columns / 2)}) * kernel(c, r, s);
    });
  });
  return output;
}

/// Weights [out, in] times an array [in, height, width].
inline Array pointwise(const Array& weights, const Array& input) {
  Array output({weights.shape[0], input.shape[1], input.shape[2]});
  each(weights.shape[0], input.shape[1], input.shape[2], [&](int o, int h, int w) {
    output(o, h, w) = sum(weights.shape[1], [&](int c) { return weights(o, c) * input(c, h, w); });
  });
  return output;
}

/// Weights [out, in] times an array [in, columns].
inline Array product(const Array& weights, const Array& input) {
  Array output({weights.shape[0], input.shape[1]});
  each(weights.shape[0], input.shape[1], [&](int o, int p) {
    output(o, p) = sum(weights.shape[1], [&](int c) { return weights(o, c) * input(c, p); });
  });
  return output;
}

/// Of channels over their tokens and those before.
inline Array causal_depthwise(const Array& input, const Array& kernel) {
  Array output(input.shape);
  each(input.shape[0], input.shape[1], [&](int c, int p) {
    output(c, p) = sum(kernel.shape[1], [&](int t) { return within(input, {c, p - t}) * kernel(c, t); });
  });
  return output;
}

template <class Function>
Array mapped(Array array, Function&& function) {
  for (double& value : array.values) value = function(value);
  return array;
}

inline double gelu(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}
inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// Of the places of a channel.
inline double mean_of_places(const Array& array, int c) {
  const int height = array.shape[1], width = array.shape[2];
  return sum_of_window(height, width, [&](int h, int w) { return array(c, h, w); }) / (height * width);
}

inline void prepare_area(Problem& x, Random&) { x.in.at("AREA")() = 1.0 / (x.n.at("H") * x.n.at("W")); }

/// Softmax attention of one head: queries and keys [channels, tokens], values [channels, tokens]. Scores may be
/// large.
inline Array attended(const Array& query, const Array& key, const Array& value) {
  Array output({value.shape[0], query.shape[1]});
  for (int p = 0; p < query.shape[1]; ++p) {
    std::vector<double> scores;
    for (int m = 0; m < key.shape[1]; ++m)
      scores.push_back(sum(query.shape[0], [&](int e) { return query(e, p) * key(e, m); }));
    const double most = *std::max_element(scores.begin(), scores.end());
    WeightedMean mean(value.shape[0]);
    for (int m = 0; m < key.shape[1]; ++m)
      mean.add(std::exp(scores[static_cast<std::size_t>(m)] - most), [&](int f) { return value(f, m); });
    for (int f = 0; f < value.shape[0]; ++f) output(f, p) = mean(f);
  }
  return output;
}

/// The array [b, h, ...] of one batch and head: what is behind its first `lead` indices.
inline Array part(const Array& array, const std::vector<int>& lead) {
  Array result(std::vector<int>(array.shape.begin() + static_cast<std::ptrdiff_t>(lead.size()), array.shape.end()));
  std::size_t first = 0;
  for (std::size_t i = 0; i < lead.size(); ++i)
    first = first * static_cast<std::size_t>(array.shape[i]) + static_cast<std::size_t>(lead[i]);
  std::copy_n(array.values.begin() + static_cast<std::ptrdiff_t>(first * result.values.size()),
              result.values.size(), result.values.begin());
  return result;
}

}  // namespace tilewright::test
