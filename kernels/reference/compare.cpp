#include "kernels/reference/compare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"

namespace tilewright::kernels::reference {
namespace {

constexpr double least_limit = 1e-6;

template <typename T>
constexpr double most_error = 5e-3;
template <>
constexpr double most_error<device::fp16> = 1e-3;
template <>
constexpr double most_error<device::e4m3> = 6e-2;

/// Sums of squares.
struct Norms {
  double difference = 0;
  double reference = 0;

  void add(double got, double wanted) {
    difference += (got - wanted) * (got - wanted);
    reference += wanted * wanted;
  }

  void add(const Norms& row) {
    difference += row.difference;
    reference += row.reference;
  }

  /// NaN stays NaN.
  void leave(double room) {
    const double more = std::sqrt(difference) - room;
    difference = more <= 0 ? 0 : more * more;
  }

  [[nodiscard]] double relative() const {
    if (std::isnan(difference)) return std::numeric_limits<double>::quiet_NaN();  // of either sign
    if (reference > 0) return std::sqrt(difference / reference);
    return difference > 0 ? std::numeric_limits<double>::infinity() : 0;
  }
};

/// Whether a is a larger error than b; NaN is the largest.
bool worse(double a, double b) { return !std::isnan(b) && !(a <= b); }

/// number(i) is element i of what is compared.
template <typename Number>
Difference compare(const Output& reference, std::size_t size, std::span<const double> room, Number number) {
  if (size != reference.values.size()) throw std::invalid_argument("not as many numbers as the reference has");
  Difference result;
  Norms all;
  const auto columns = static_cast<std::size_t>(reference.columns);
  for (std::size_t first = 0; first < size; first += columns) {
    Norms row;
    for (std::size_t i = first; i < first + columns; ++i) row.add(number(i), reference.values[i]);
    if (!room.empty()) row.leave(room[first / columns]);
    all.add(row);
    if (worse(row.relative(), result.worst_row)) {
      result.worst_row = row.relative();
      result.row = first / columns;
    }
  }
  result.error = all.relative();
  return result;
}

}  // namespace

Difference difference(const Output& reference, const Output& got, std::span<const double> room) {
  return compare(reference, got.values.size(), room, [&](std::size_t i) { return got.values[i]; });
}

template <typename T>
Difference difference(const Output& reference, std::span<const T> got, std::span<const double> room) {
  Difference result = compare(reference, got.size(), room,
                              [&](std::size_t i) { return static_cast<double>(device::to_float(got[i])); });
  result.unwritten = std::count_if(got.begin(), got.end(), [](T number) { return number.bits == poison; });
  return result;
}

template <typename T>
Limit limit_of(const Difference& plain) {
  const double error = std::max(2 * plain.error, least_limit);
  return {std::min(error, most_error<T>), std::max(3 * plain.worst_row, least_limit)};
}

Verdict judge(const Difference& difference, const Limit& limit, std::span<const Row> rows) {
  std::ostringstream message;
  if (difference.unwritten > 0) message << difference.unwritten << " elements were not written; ";
  if (!(difference.error < limit.error)) {
    message << "the error is " << difference.error << ", not below " << limit.error << "; ";
  }
  if (!(difference.worst_row < limit.worst_row)) {
    const Row& row = rows[difference.row];
    message << "the error of batch " << row.batch << ", head " << row.head << ", token " << row.query << " is "
            << difference.worst_row << ", not below " << limit.worst_row << "; ";
  }
  std::string text = message.str();
  if (text.empty()) return {true, difference.error, limit.error, text};
  return {false, difference.error, limit.error, text.substr(0, text.size() - 2)};
}

template <typename T>
Verdict check(const Problem& problem, std::span<const Row> rows, std::span<const device::OutputOf<T>> got) {
  const auto [exact, plain] = exact_and_plain<T>(problem, rows);
  return judge(difference(exact, got), limit_of<T>(difference(exact, plain)), rows);
}

double lse_difference(const Output& reference, std::span<const float> got) {
  if (got.size() != reference.lse.size()) throw std::invalid_argument("not as many logarithms as rows");
  double largest = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double off = got[i] == reference.lse[i] ? 0 : std::abs(got[i] - reference.lse[i]);
    if (worse(off, largest)) largest = off;
  }
  return largest;
}

template Difference difference(const Output&, std::span<const device::bf16>, std::span<const double>);
template Difference difference(const Output&, std::span<const device::fp16>, std::span<const double>);
template Limit limit_of<device::bf16>(const Difference&);
template Limit limit_of<device::fp16>(const Difference&);
template Limit limit_of<device::e4m3>(const Difference&);
template Verdict check<device::bf16>(const Problem&, std::span<const Row>, std::span<const device::bf16>);
template Verdict check<device::fp16>(const Problem&, std::span<const Row>, std::span<const device::fp16>);
template Verdict check<device::e4m3>(const Problem&, std::span<const Row>, std::span<const device::bf16>);

}  // namespace tilewright::kernels::reference
