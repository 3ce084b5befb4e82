#include "kernels/runner/statistics.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace tilewright::kernels::runner;

TEST_CASE("the median is the middle, or the mean of the two in the middle") {
  CHECK(median({3}) == 3);
  CHECK(median({5, 1}) == 3);
  CHECK(median({9, 1, 5}) == 5);
  CHECK(median({8, 1, 2, 100}) == 5);
  CHECK(median({2, 2, 2, 1, 9}) == 2);
}

TEST_CASE("numbers read back the same") {
  for (const double number : {0.0, 1.0, 0.1, 1e-7, 3.35e12, 1.0 / 3, -2.5e-300}) {
    CHECK(std::strtod(number_text(number).c_str(), nullptr) == number);
  }
  CHECK(number_text(0.5) == "0.5");
}
