#include "kernels/device/e4m3.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace tilewright::kernels::device::TEST_FILE {

namespace {

// By the definition: a sign, four bits of exponent whose bias is 7, three of significand.
double value_of(int bits) {
  const double sign = (bits & 0x80) != 0 ? -1 : 1;
  const int exponent = bits >> 3 & 15;
  const int significand = bits & 7;
  if ((bits & 0x7f) == 0x7f) return NAN;
  return sign * (exponent == 0 ? std::ldexp(significand, -9) : std::ldexp(8 + significand, exponent - 10));
}

e4m3 number(int bits) { return {static_cast<std::uint8_t>(bits)}; }
int round(float value) { return from_float<e4m3>(value).bits; }

// By search: the nearest of all finite numbers, of two the even one; beyond them the largest.
int nearest(float value) {
  int best = 0;
  for (int bits = 0; bits < 0x7f; ++bits) {
    const double off = std::abs(std::abs(value) - value_of(bits));
    const double best_off = std::abs(std::abs(value) - value_of(best));
    if (off < best_off || (off == best_off && bits % 2 == 0)) best = bits;
  }
  return best | (std::signbit(value) ? 0x80 : 0);
}

}  // namespace

TEST_CASE("every e4m3 number is what the format says, and comes back") {
  for (int bits = 0; bits < 256; ++bits) {
    INFO("number " << bits);
    if ((bits & 0x7f) == 0x7f) {
      CHECK(std::isnan(to_float(number(bits))));
      continue;
    }
    CHECK(to_float(number(bits)) == value_of(bits));
    CHECK(std::signbit(to_float(number(bits))) == (bits >= 0x80));
    CHECK(round(to_float(number(bits))) == bits);
  }
}

TEST_CASE("floats become the nearest e4m3, ties to even, and what is too large the largest") {
  for (int bits = 0; bits < 0x7e; ++bits) {
    const auto middle = static_cast<float>((value_of(bits) + value_of(bits + 1)) / 2);
    INFO("number " << bits);
    CHECK(round(middle) == bits + bits % 2);
    CHECK(round(-middle) == (bits + bits % 2) + 0x80);
    CHECK(round(std::nextafter(middle, 0.F)) == bits);
    CHECK(round(std::nextafter(middle, INFINITY)) == bits + 1);
  }
  for (const float large : {448.F, 449.F, 464.F, 500.F, 1e30F, INFINITY}) {
    CHECK(round(large) == 0x7e);
    CHECK(round(-large) == 0xfe);
  }
  CHECK(round(NAN) == 0x7f);
  CHECK(round(-0.F) == 0x80);
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> exponent(-14, 10);
  for (int i = 0; i < 10000; ++i) {
    const float value = std::exp2(exponent(generator)) * (i % 2 == 0 ? 1.F : -1.F);
    if (round(value) != nearest(value)) FAIL(value << " became " << round(value));
  }
}

TEST_CASE("pack4 has the first number in the lowest byte") {
  CHECK(pack4(1.F, -2.F, 0.F, 448.F) == 0x7e00c038);
  CHECK(pack4(1e9F, 1.F, 1.F, 1.F) == 0x3838387e);
}

TEST_CASE("pick_bytes takes them by digits") {
  CHECK(pick_bytes(0x33221100, 0x77665544, 0x3210) == 0x33221100);
  CHECK(pick_bytes(0x33221100, 0x77665544, 0x5140) == 0x55114400);
  CHECK(pick_bytes(0x33221100, 0x77665544, 0x7362) == 0x77336622);
}

}  // namespace tilewright::kernels::device::TEST_FILE
