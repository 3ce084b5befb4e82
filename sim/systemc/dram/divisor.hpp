// Quotients by a number that is known once and nearly always a power of two, as the parts of addresses are: shifts
// then, which take a tenth of the time of a division.
#pragma once

#include <bit>
#include <cstdint>

namespace tilewright {

class Divisor {
 public:
  /// More than 0.
  explicit Divisor(std::uint64_t value)
      : value_(value), shift_(std::has_single_bit(value) ? std::countr_zero(value) : -1) {}

  [[nodiscard]] std::uint64_t quotient(std::uint64_t of) const { return shift_ < 0 ? of / value_ : of >> shift_; }
  [[nodiscard]] std::uint64_t rest(std::uint64_t of) const { return of - quotient(of) * value_; }

 private:
  std::uint64_t value_;
  int shift_;
};

}  // namespace tilewright
