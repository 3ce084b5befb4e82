// Whether a kernel's result is right.
//
// Right is: ||out - reference|| / ||reference|| over all checked rows within a limit, and that of every single row
// within a limit of its own, so that one wrong row cannot hide among many good ones.
#pragma once

#include <string>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/attention.hpp"

namespace tilewright::kernels::reference {

/// Outputs are filled with this before a kernel runs: a NaN in bf16 and in fp16 that no kernel computes.
inline constexpr std::uint16_t poison = 0xffff;

/// Relative errors: 0 where both sides are zero, infinite where only the reference is, NaN where any number is.
struct Difference {
  double error = 0;            ///< over all rows
  double worst_row = 0;        ///< the largest of a single row
  std::size_t row = 0;         ///< the one with it
  std::int64_t unwritten = 0;  ///< elements that still are `poison`
};

/// `got` holds the same rows in the same order. Throws std::invalid_argument for another number of them. `room`: by
/// how much the norm of a row's error counts as smaller, one for each row; or none.
Difference difference(const Output& reference, const Output& got, std::span<const double> room = {});
template <typename T>
Difference difference(const Output& reference, std::span<const T> got, std::span<const double> room = {});

/// Over all rows twice the error of a plain low-precision computation of the same rows, and at most 5e-3 for bf16,
/// 1e-3 for fp16 and 6e-2 for e4m3, whose weights have three bits of significand: rounded by an error of 2^-4 /
/// sqrt(3) to half of that, 0.026 in the mean, which values of either sign do not average away; for a single row,
/// of few numbers, three times the largest of the plain one. Where the plain one is exact (rows of one key), what
/// float leaves room for.
struct Limit {
  double error = 0;
  double worst_row = 0;
};
template <typename T>
Limit limit_of(const Difference& plain);

struct Verdict {
  bool right = false;
  double error = 0;
  double error_limit = 0;
  std::string message;  ///< what is wrong; empty if nothing is
};

/// A NaN is never right, and neither is an element that was not written.
Verdict judge(const Difference& difference, const Limit& limit, std::span<const Row> rows);

/// The rows of `got` against both references of the problem; T are its inputs' numbers.
template <typename T>
Verdict check(const Problem& problem, std::span<const Row> rows, std::span<const device::OutputOf<T>> got);

/// The largest absolute difference of logarithms of sums; 0 where both are -inf, infinite where one is, NaN for a
/// NaN. `got` holds one for each row; throws as `difference` does.
double lse_difference(const Output& reference, std::span<const float> got);

}  // namespace tilewright::kernels::reference
