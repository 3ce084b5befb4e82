#include "explore/study/sample.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const GridAxis from_0_to_1{"x", {}, AxisRange{0, 1, false}};
const GridAxis decades{"y", {}, AxisRange{1, 1000, true}};
const GridAxis words{"z", {{"a", {}}, {"b", {}}, {"c", {}}, {"d", {}}}};

std::vector<double> numbers(const std::vector<AxisValue>& values) {
  std::vector<double> all;
  for (const AxisValue& value : values) all.push_back(*value.number);
  return all;
}

std::vector<std::string> texts(const std::vector<AxisValue>& values) {
  std::vector<std::string> all;
  for (const AxisValue& value : values) all.push_back(value.text);
  return all;
}

}  // namespace

TEST_CASE("samples fill what their axes say, each part of it alike") {
  for (const Sample::Method method : {Sample::Method::random, Sample::Method::sobol}) {
    const auto values = draw({method, 4096, 3}, {from_0_to_1, decades, words});
    const auto x = numbers(values[0]);
    const auto y = numbers(values[1]);
    const double slack = method == Sample::Method::sobol ? 4 : 100;
    for (double from = 0; from < 1; from += 0.25) {
      CHECK(std::ranges::count_if(x, [&](double v) { return v >= from && v < from + 0.25; }) ==
            Approx(1024).margin(slack));
      const auto inside = [&](double v) { return v >= std::pow(1000, from) && v < std::pow(1000, from + 0.25); };
      CHECK(std::ranges::count_if(y, inside) == Approx(1024).margin(slack));
    }
    for (const std::string word : {"a", "b", "c", "d"})
      CHECK(std::ranges::count(texts(values[2]), word) == Approx(1024).margin(slack));
  }
}

TEST_CASE("a sample is the same again, and another one of another seed") {
  const auto x = [](std::uint64_t seed) {
    return texts(draw({Sample::Method::sobol, 16, seed}, {from_0_to_1})[0]);
  };
  CHECK(x(1) == x(1));
  CHECK(x(1) != x(2));
}

TEST_CASE("the design of Saltelli has A, A with one axis of B at a time, and B") {
  const Sample sample{Sample::Method::saltelli, 8, 5};
  REQUIRE(count_of(sample, 2) == 32);
  const auto values = draw(sample, {from_0_to_1, decades});
  const auto x = texts(values[0]);
  const auto y = texts(values[1]);
  REQUIRE(x.size() == 32);
  for (std::size_t i = 0; i < 32; i += 4) {
    CHECK(x[i + 1] == x[i + 3]);
    CHECK(y[i + 1] == y[i]);
    CHECK(x[i + 2] == x[i]);
    CHECK(y[i + 2] == y[i + 3]);
    CHECK(x[i] != x[i + 3]);
  }
}

TEST_CASE("samples that are none are refused") {
  const auto error = [](const std::string& text) {
    return message_of([&] { (void)parse_sample(Yaml::parse("at: " + text + "\n", "s.yaml").at("at")); });
  };
  CHECK(error("{method: sobol, points: 8}") == "no error");
  CHECK(error("{method: sobl, points: 8}") ==
        "s.yaml:1:14: at.method: expected one of random, sobol, saltelli, got 'sobl'; did you mean 'sobol'?");
  CHECK(error("{method: sobol}") == "s.yaml:1:5: at: missing key 'points'");
  CHECK(error("{method: sobol, points: 0}").starts_with("s.yaml:1:29: at.points: expected a whole number from 1"));
  CHECK(error("{method: sobol, points: 8, seed: -1}").starts_with("s.yaml:1:38: at.seed: expected a whole number"));
}

}  // namespace tilewright::test::TEST_FILE
