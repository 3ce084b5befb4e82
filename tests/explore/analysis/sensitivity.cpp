#include "explore/analysis/sensitivity.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

#include <fmt/format.h>

#include "tests/common/messages.hpp"
#include "tests/explore/analysis/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Input = std::array<double, 3>;

Record row_at(const Input& x, double value) {
  Record row;
  row.add("series", "s");
  for (std::size_t i = 0; i < x.size(); ++i) row.add(fmt::format("point.x{}", i + 1), x[i]);
  row.add("time_s", value);
  return row;
}

// Ishigami and Homma, An importance quantification technique in uncertainty analysis for computer models (1990),
// with a = 7 and b = 0.1: its indices are known in closed form.
double ishigami(const Input& x) {
  return std::sin(x[0]) + 7 * std::pow(std::sin(x[1]), 2) + 0.1 * std::pow(x[2], 4) * std::sin(x[0]);
}

struct Indices {
  Input first;
  Input total;
};

Indices exact_ishigami() {
  const double pi4 = std::pow(std::numbers::pi, 4);
  const double v1 = 0.5 * std::pow(1 + 0.1 * pi4 / 5, 2);
  const double v2 = 49.0 / 8;
  const double v13 = 0.01 * pi4 * pi4 * (1.0 / 18 - 1.0 / 50);
  const double v = v1 + v2 + v13;
  return {{v1 / v, v2 / v, 0}, {(v1 + v13) / v, v2 / v, v13 / v}};
}

Input draw(std::mt19937& random) {
  std::uniform_real_distribution<double> any(-std::numbers::pi, std::numbers::pi);
  return {any(random), any(random), any(random)};
}

// A, A with each axis from B, B; and so on.
std::vector<Record> radial_sample(std::size_t blocks, const std::function<double(const Input&)>& f) {
  std::mt19937 random(11);
  std::vector<Record> rows;
  for (std::size_t block = 0; block < blocks; ++block) {
    const Input a = draw(random);
    const Input b = draw(random);
    rows.push_back(row_at(a, f(a)));
    for (std::size_t i = 0; i < a.size(); ++i) {
      Input mixed = a;
      mixed[i] = b[i];
      rows.push_back(row_at(mixed, f(mixed)));
    }
    rows.push_back(row_at(b, f(b)));
  }
  return rows;
}

}  // namespace

TEST_CASE("one at a time, by hand", "[analysis]") {
  // time = m for model x, and 3 m^2 for model y: m is 1, 2 or 4.
  std::vector<Record> rows;
  for (const double m : {1.0, 2.0, 4.0}) {
    rows.push_back(row_of("a", m, "x", m));
    rows.push_back(row_of("a", m, "y", 3 * m * m));
  }
  rows.push_back(row_of("b", 1, "x", 5));
  rows.push_back(row_of("b", 2, "x", std::nan("")));
  rows.push_back(row_of("b", 3, "x", 10));
  const Sensitivity result = sensitivity_of(rows, "time_s");
  CHECK(result.without_value == 1);
  REQUIRE(result.axes.size() == 3);
  const AxisSensitivity& m = result.axes[0];
  CHECK(m.axis == "point.M");
  CHECK(m.by == SensitivityBy::one_at_a_time);
  CHECK(m.groups == 2);
  CHECK(*m.least == 4);
  CHECK(*m.most == 16);
  CHECK(*m.ratio == Approx(8));
  CHECK_FALSE(m.first_order);
  const AxisSensitivity& model = result.axes[1];
  CHECK(model.axis == "point.model");
  CHECK(model.groups == 3);
  CHECK(*model.least == 3);
  CHECK(*model.most == 12);
  CHECK(*model.ratio == Approx(6));
  CHECK(result.axes[2].series == "b");
  CHECK(result.axes[2].axis == "point.M");
  CHECK(*result.axes[2].ratio == 2);
  rows.push_back(row_of("a", 8, "x", 0));
  CHECK(message_of([&] { (void)sensitivity_of(rows, "time_s"); }) ==
        "sensitivity of 'time_s': a value is 0, and not above 0; it has no ratio");
}

TEST_CASE("indices of a radial sample are those in closed form", "[analysis]") {
  const Sensitivity result = sensitivity_of(radial_sample(4096, ishigami), "time_s");
  const Indices exact = exact_ishigami();
  REQUIRE(result.axes.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(result.axes[i].by == SensitivityBy::sobol);
    CHECK(result.axes[i].groups == 4096);
    CHECK(*result.axes[i].first_order == Approx(exact.first[i]).margin(0.04));
    CHECK(*result.axes[i].total == Approx(exact.total[i]).margin(0.04));
  }
}

TEST_CASE("a block that lacks a value takes no part", "[analysis]") {
  auto rows = radial_sample(64, [](const Input& x) { return 2 * x[0]; });
  rows[7] = Record();
  rows[7].add("series", "s");
  const Sensitivity lost = sensitivity_of(rows, "time_s");
  CHECK(lost.without_value == 1);
  CHECK(lost.axes[0].by == SensitivityBy::sobol);
  CHECK(lost.axes[0].groups == 63);
  CHECK(*lost.axes[1].first_order == 0);
  CHECK(*lost.axes[1].total == 0);
}

TEST_CASE("first order by bins", "[analysis]") {
  std::mt19937 random(5);
  std::vector<Record> rows;
  for (int i = 0; i < 8000; ++i) {
    const Input x = draw(random);
    rows.push_back(row_at(x, ishigami(x)));
  }
  const Sensitivity result = sensitivity_of(rows, "time_s");
  REQUIRE(result.axes.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(result.axes[i].by == SensitivityBy::bins);
    CHECK(*result.axes[i].first_order == Approx(exact_ishigami().first[i]).margin(0.03));
    CHECK_FALSE(result.axes[i].total);
  }
}

TEST_CASE("bins by hand", "[analysis]") {
  std::vector<Record> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(row_at({i < 3 ? 0.0 : 1.0, 1.0 * i, 10.0 - i * i}, 1.0 + i));
  const Sensitivity result = sensitivity_of(rows, "time_s");
  REQUIRE(result.axes.size() == 3);
  CHECK(result.axes[0].by == SensitivityBy::bins);
  CHECK(result.axes[0].groups == 2);
  // Between: 2 x 3 x 1.5^2 = 13.5; within: 2 x 2, which is 1 for each degree of freedom; in all 17.5.
  CHECK(*result.axes[0].first_order == Approx((13.5 - 1) / 17.5));
}

}  // namespace tilewright::test::TEST_FILE
