#include "validation/quantile.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("quantiles lie between two values by their distance") {
  const std::vector<double> sample{0.5, 0, 0.2, 0.1, 0.3};
  CHECK(quantile(sample, 0) == 0);
  CHECK(quantile(sample, 0.5) == Approx(0.2));
  CHECK(quantile(sample, 0.9) == Approx(0.3 + 0.6 * 0.2));  // 3.6 steps from the least
  CHECK(quantile(sample, 1) == 0.5);
  CHECK(quantile({1, 2, 3, 4}, 0.5) == Approx(2.5));
}

TEST_CASE("of one value every quantile is that one") {
  CHECK(quantile({7}, 0) == 7);
  CHECK(quantile({7}, 0.9) == 7);
  CHECK(quantile({7}, 1) == 7);
}

}  // namespace tilewright::test::TEST_FILE
