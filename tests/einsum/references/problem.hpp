// What the references of cascades have in common: random inputs of random shapes, and arrays that plain loops
// index. A reference computes from the definition, over single elements, and knows nothing of Einsums.
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "einsum/shapes.hpp"

namespace tilewright::test {

using Random = std::mt19937_64;

/// Row-major.
struct Array {
  std::vector<int> shape;
  std::vector<double> values;

  explicit Array(std::vector<int> extents = {}) : shape(std::move(extents)), values(1, 0) {
    std::size_t size = 1;
    for (const int extent : shape) size *= static_cast<std::size_t>(extent);
    values.assign(size, 0);
  }
  template <class... Indices>
  double& operator()(Indices... at) {
    return values[position({at...})];
  }
  template <class... Indices>
  double operator()(Indices... at) const {
    return values[position({at...})];
  }

 private:
  [[nodiscard]] std::size_t position(std::initializer_list<int> at) const {
    std::size_t result = 0;
    std::size_t dimension = 0;
    for (const int each : at)
      result = result * static_cast<std::size_t>(shape[dimension++]) + static_cast<std::size_t>(each);
    return result;
  }
};

struct Problem {
  std::map<std::string, int> n;                                          ///< extents of the ranks
  std::map<std::string, Array> in;                                       ///< inputs by name
  std::function<bool(int, int)> exists = [](int, int) { return true; };  ///< of key and query
  std::map<std::string, Array> kept{};  ///< what inputs were made from, for the reference

  const Array& operator[](const std::string& name) const { return in.at(name); }
  [[nodiscard]] Array zeros(const std::vector<std::string>& ranks) const {
    std::vector<int> extents;
    for (const std::string& rank : ranks) extents.push_back(n.at(rank));
    return Array(extents);
  }
};

using Results = std::map<std::string, Array>;

struct Reference {
  std::function<Results(const Problem&)> compute;
  std::function<void(Problem&, Random&)> prepare = {};  ///< makes inputs what they must be; they are normal before
  enum class Masks { none, any, some_key } masks = Masks::none;  ///< some_key: of every query at least one
};

using References = std::map<std::string, Reference>;

/// Calls `body` at every point, the last index fastest.
template <class Body>
void each(int a, int b, Body&& body) {
  for (int i = 0; i < a; ++i)
    for (int j = 0; j < b; ++j) body(i, j);
}
template <class Body>
void each(int a, int b, int c, Body&& body) {
  each(a, b, [&](int i, int j) {
    for (int k = 0; k < c; ++k) body(i, j, k);
  });
}
template <class Body>
void each(int a, int b, int c, int d, Body&& body) {
  each(a, b, c, [&](int i, int j, int k) {
    for (int l = 0; l < d; ++l) body(i, j, k, l);
  });
}

/// A sum over [0, count).
template <class Term>
double sum(int count, Term&& term) {
  double result = 0;
  for (int i = 0; i < count; ++i) result += term(i);
  return result;
}

/// Values weighted by weights, over the sum of those and of `extra`; 0 where nothing was added.
class WeightedMean {
 public:
  explicit WeightedMean(int channels, double extra = 0)
      : total_(extra), sums_(static_cast<std::size_t>(channels), 0) {}

  template <class Value>
  void add(double weight, Value&& value) {
    any_ = true;
    total_ += weight;
    for (std::size_t f = 0; f < sums_.size(); ++f) sums_[f] += weight * value(static_cast<int>(f));
  }
  [[nodiscard]] double operator()(int f) const { return any_ ? sums_[static_cast<std::size_t>(f)] / total_ : 0; }
  [[nodiscard]] double log_total() const { return any_ ? std::log(total_) : 0; }

 private:
  bool any_ = false;
  double total_;
  std::vector<double> sums_;
};

/// Uniform between two numbers.
inline void fill(Array& array, Random& random, double least, double most) {
  std::uniform_real_distribution<double> uniform(least, most);
  for (double& value : array.values) value = uniform(random);
}

}  // namespace tilewright::test
