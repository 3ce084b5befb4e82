#include "kernels/runner/statistics.hpp"

#include <catch2/catch.hpp>

namespace tilewright::kernels::runner::TEST_FILE {

TEST_CASE("the median is the middle, or the mean of the two in the middle") {
  CHECK(median({3}) == 3);
  CHECK(median({5, 1}) == 3);
  CHECK(median({9, 1, 5}) == 5);
  CHECK(median({8, 1, 2, 100}) == 5);
  CHECK(median({2, 2, 2, 1, 9}) == 2);
}

}  // namespace tilewright::kernels::runner::TEST_FILE
