#include "kernels/device/numbers.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace tilewright::kernels::device::TEST_FILE {

namespace {

// The value of a 16-bit number by its definition: a sign, `exponent_bits` and a significand.
double value_of(std::uint16_t bits, int exponent_bits) {
  const int significand_bits = 15 - exponent_bits;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (bits & 0x7fff) >> significand_bits;
  const int significand = bits & ((1 << significand_bits) - 1);
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == (1 << exponent_bits) - 1) return significand != 0 ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(significand, 1 - bias - significand_bits);
  return sign * std::ldexp(significand + (1 << significand_bits), exponent - bias - significand_bits);
}

// Every number, and what lies in the middle between it and the next larger one and right beside that.
template <class T>
void check_all(int exponent_bits) {
  const std::uint16_t infinity = static_cast<std::uint16_t>(((1 << exponent_bits) - 1) << (15 - exponent_bits));
  for (std::uint16_t bits = 0; bits < infinity; ++bits) {
    const double value = value_of(bits, exponent_bits);
    const auto next = static_cast<std::uint16_t>(bits + 1);
    // The largest number's neighbour is what would follow it if there were no infinity.
    const double above =
        next == infinity ? 2 * value - value_of(bits - 1, exponent_bits) : value_of(next, exponent_bits);
    const auto middle = static_cast<float>((value + above) / 2);
    const auto round = [](float x) { return from_float<T>(x).bits; };
    const bool right = to_float(T{bits}) == value && round(static_cast<float>(value)) == bits &&
                       round(std::nextafter(middle, 0.F)) == bits &&
                       round(std::nextafter(middle, INFINITY)) == next &&
                       round(middle) == (bits % 2 == 0 ? bits : next) &&
                       to_float(T{static_cast<std::uint16_t>(bits | 0x8000)}) == -value &&
                       round(-middle) == (round(middle) | 0x8000);
    if (!right) FAIL("number " << bits);
  }
  CHECK(to_float(T{infinity}) == INFINITY);
  CHECK(from_float<T>(INFINITY).bits == infinity);
  CHECK(from_float<T>(-INFINITY).bits == (infinity | 0x8000));
  CHECK(from_float<T>(-0.F).bits == 0x8000);
  CHECK(std::signbit(to_float(T{0x8000})));
  CHECK(from_float<T>(NAN).bits == 0x7fff);
  CHECK(std::isnan(to_float(T{0x7fff})));
  CHECK(std::isnan(to_float(T{0xffff})));
}

}  // namespace

TEST_CASE("bf16 rounds to nearest, ties to even") { check_all<bf16>(8); }

TEST_CASE("fp16 rounds to nearest, ties to even") {
  check_all<fp16>(5);
  CHECK(from_float<fp16>(1e30F).bits == 0x7c00);
  CHECK(from_float<fp16>(1e-30F).bits == 0);
}

TEST_CASE("pack2 puts the first number into the low half") {
  CHECK(pack2<bf16>(1.F, -2.F) == 0xc0003f80);
  CHECK(pack2<fp16>(1.F, -2.F) == 0xc0003c00);
}

TEST_CASE("approximate functions and subnormal numbers") {
  CHECK(exp2_approx(3.5F) == std::exp2(3.5F));
  CHECK(exp2_approx(negative_infinity) == 0.F);
  CHECK(exp2_approx(-127.F) == 0.F);
  CHECK(exp2_approx(-126.F) == 0x1p-126F);
  CHECK(std::isnan(exp2_approx(NAN)));
  CHECK(log2_approx(8.F) == 3.F);
  CHECK(log2_approx(0x1p-127F) == negative_infinity);
}

}  // namespace tilewright::kernels::device::TEST_FILE
