#include "validation/gpu/least_squares.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace tilewright::test::TEST_FILE {

namespace {

// Residuals of a + b x against points, or of max(a, b x), which has a corner.
Residuals line(const std::vector<double>& x, double a, double b) {
  return [=](const std::vector<double>& values) {
    std::vector<double> residuals;
    for (const double at : x) residuals.push_back(values[0] + values[1] * at - a - b * at);
    return residuals;
  };
}

}  // namespace

TEST_CASE("least squares find what made the points") {
  const auto values = fit_least_squares({{1, -10, 10}, {1, -10, 10}}, line({0, 1, 2, 5}, 3, -2));
  CHECK(values[0] == Approx(3).epsilon(1e-3));
  CHECK(values[1] == Approx(-2).epsilon(1e-3));
  const Residuals corner = [](const std::vector<double>& v) {
    std::vector<double> residuals;
    for (const double x : {0.1, 0.5, 1.0, 2.0, 4.0})
      residuals.push_back(std::log(std::max(v[0], v[1] * x) / std::max(0.7, 0.4 * x)));
    return residuals;
  };
  const auto found = fit_least_squares({{1, 0.01, 10}, {1, 0.01, 10}}, corner);
  CHECK(found[0] == Approx(0.7).epsilon(1e-3));
  CHECK(found[1] == Approx(0.4).epsilon(1e-3));
}

TEST_CASE("bounds hold") {
  const auto values = fit_least_squares({{1, 0, 2}, {1, 0, 10}}, line({0, 1, 2, 5}, 3, 1));
  CHECK(values[0] == Approx(2));
  CHECK(values[0] <= 2);
}

TEST_CASE("what residuals cannot tell is seen") {
  const std::vector<FitVariable> variables{{1, -10, 10}, {1, -10, 10}};
  // By hand: columns (1, 1) and (1, -1) are at right angles; of (1, 1) and (2, 2) each copies the other.
  const auto apart = identifiability(variables, {0, 0}, line({1, -1}, 0, 0));
  CHECK(apart[0].own_share == Approx(1));
  CHECK(apart[0].change == Approx(1));
  const auto same = identifiability(variables, {0, 0}, line({2, 2}, 0, 0));
  CHECK(same[0].own_share == Approx(0).margin(1e-6));
  CHECK(same[1].change == Approx(2));
  const auto none = identifiability(variables, {0, 0}, line({0, 0}, 0, 0));
  CHECK(none[1].change == 0);
}

TEST_CASE("an error of the function is the search's, as it is") {
  const auto wrong = [](const std::vector<double>&) -> std::vector<double> { throw std::out_of_range("mine"); };
  CHECK_THROWS_AS(fit_least_squares({{1, 0, 2}}, wrong), std::out_of_range);
}

}  // namespace tilewright::test::TEST_FILE
