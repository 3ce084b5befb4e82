// What the CPU references compute with: the numbers of a precision, and the tokens of a head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::reference {

/// The oracle's.
struct Exact {
  using Real = double;
  static double round(double number) { return number; }
  static double weight(double number) { return number; }
  static double output(double number) { return number; }
};

/// Those of a plain kernel: sums in float, and what is stored or multiplied by tensor cores rounded to T; the
/// output to device::OutputOf<T>.
template <typename T>
struct Low {
  using Real = float;
  static float round(float number) { return device::to_float(device::from_float<T>(number)); }
  static float weight(float number) { return round(number); }
  static float output(float number) { return Low<device::OutputOf<T>>::round(number); }
};

/// Numbers of 8 bits have few exponents: weights, which are at most 1, are rounded 2^8 times as large.
template <>
inline float Low<device::e4m3>::weight(float number) {
  return round(number * 0x1p8F) * 0x1p-8F;
}

/// The tokens of one head.
struct Tokens {
  int head = -1;
  std::size_t columns = 0;
  std::vector<float> numbers;

  void load(const Source& source, int of_head, std::int64_t tokens, int width) {
    if (head == of_head) return;
    head = of_head;
    columns = static_cast<std::size_t>(width);
    numbers.resize(static_cast<std::size_t>(tokens) * columns);
    for (std::int64_t token = 0; token < tokens; ++token)
      source(head, token, std::span(numbers).subspan(static_cast<std::size_t>(token) * columns, columns));
  }

  [[nodiscard]] const float* row(std::int64_t token) const {
    return numbers.data() + static_cast<std::size_t>(token) * columns;
  }
};

/// Four partial sums, so that additions need not wait for each other.
template <typename Real, typename A>
Real dot(const std::vector<A>& a, const float* b) {
  Real parts[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= a.size(); i += 4) {
    for (std::size_t part = 0; part < 4; ++part)
      parts[part] += static_cast<Real>(a[i + part]) * static_cast<Real>(b[i + part]);
  }
  for (; i < a.size(); ++i) parts[0] += static_cast<Real>(a[i]) * static_cast<Real>(b[i]);
  return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

}  // namespace tilewright::kernels::reference
