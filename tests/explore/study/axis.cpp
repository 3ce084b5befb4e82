#include "explore/study/axis.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<GridAxis> axes(const std::string& text) {
  return parse_axes(Yaml::parse("at: {x: " + text + "}\n", "g.yaml").at("at"));
}

std::vector<double> numbers(const std::string& text) {
  std::vector<double> all;
  for (const AxisValue& value : axes(text).front().values) all.push_back(*value.number);
  return all;
}

std::string error(const std::string& text) {
  return message_of([&] { (void)axes(text); });
}

}  // namespace

TEST_CASE("a range has values by addition, by multiplication, or so many, as far as its end") {
  CHECK(numbers("{from: 8, to: 64, step: 8}") == std::vector<double>{8, 16, 24, 32, 40, 48, 56, 64});
  CHECK(numbers("{from: 8, to: 31, step: 8}") == std::vector<double>{8, 16, 24});
  CHECK(numbers("{from: 64, to: 1000, factor: 2}") == std::vector<double>{64, 128, 256, 512});
  CHECK(numbers("{from: 0.1, to: 0.3, step: 0.1}").size() == 3);  // 0.1 + 2 * 0.1 is above 0.3 by rounding
  CHECK(numbers("{from: 0.1, to: 0.3, step: 0.1}").back() == 0.3);
  CHECK(numbers("{from: 0, to: 1, count: 5}") == std::vector<double>{0, 0.25, 0.5, 0.75, 1});
  const auto decades = numbers("{from: 1, to: 1000, count: 4, scale: log}");
  REQUIRE(decades.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(decades[i] == Approx(std::pow(10.0, static_cast<double>(i))));
  CHECK(axes("{from: 1, to: 2}").front().range);
}

TEST_CASE("an axis may have a condition, and one value elsewhere") {
  const GridAxis axis = axes("{values: [64, 128], when: window > 1, else: 32}").front();
  CHECK(axis.values.size() == 2);
  REQUIRE(axis.condition);
  CHECK(axis.condition->when.text() == "window > 1");
  CHECK(axis.condition->otherwise.number == 32);
}

TEST_CASE("ranges that go nowhere are refused") {
  CHECK(error("{from: 2, to: 1, step: 1}") == "g.yaml:1:23: at.x.to: expected more than 'from', which is 2, got 1");
  CHECK(error("{from: 1, to: 2, step: 0}").starts_with("g.yaml:1:32: at.x.step: expected a number of at least"));
  CHECK(
      error("{from: 1, to: 2, factor: 1}").starts_with("g.yaml:1:34: at.x.factor: expected a number of at least"));
  CHECK(error("{from: 0, to: 2, factor: 2}") ==
        "g.yaml:1:16: at.x.from: expected a number above 0, as 'factor' multiplies it");
  CHECK(error("{from: 0, to: 2, count: 3, scale: log}") ==
        "g.yaml:1:16: at.x.from: expected a number above 0, as the scale is log");
  CHECK(error("{from: 0, to: 2, count: 1}").starts_with("g.yaml:1:33: at.x.count: expected a whole number from 2"));
  CHECK(error("{from: 1, to: 2, count: 3, step: 1}") ==
        "g.yaml:1:9: at.x: expected one of 'step', 'factor' and 'count'");
  CHECK(error("{from: 0, to: 1, step: 1e-9}") ==
        "g.yaml:1:32: at.x.step: 1e+09 values, more than the 1e+06 that an axis may have");
  CHECK(error("{from: 1, to: 2, step: 1, scale: log}") ==
        "g.yaml:1:42: at.x.scale: is for 'count', and for samples");
  CHECK(error("{values: [1], from: 2}") == "g.yaml:1:29: at.x.from: is for a range; this axis has 'values'");
  CHECK(error("{values: [1], when: a}") == "g.yaml:1:9: at.x: missing key 'else'");
  CHECK(error("{values: [1], else: 2}") == "g.yaml:1:29: at.x.else: expected 'when' as well");
  CHECK(error("{values: [1], when: a, else: b}").starts_with("g.yaml:1:38: at.x.else: expected a number where"));
  CHECK(error("{from: 1, to: 2, by: 3}").starts_with("g.yaml:1:26: at.x.by: unknown key"));
}

TEST_CASE("grids that are no study have neither conditions nor ranges without values") {
  const auto plain = [](const std::string& text) {
    return message_of([&] { (void)parse_plain_axes(Yaml::parse("at: {x: " + text + "}\n", "g.yaml").at("at")); });
  };
  CHECK(plain("{from: 1, to: 4, step: 1}") == "no error");
  CHECK(plain("{from: 1, to: 2}") ==
        "g.yaml:1:9: at.x: expected 'step', 'factor' or 'count', as nothing here samples a range");
  CHECK(plain("{values: [1], when: a, else: 2}") == "g.yaml:1:29: at.x.when: conditions are for axes of studies");
}

}  // namespace tilewright::test::TEST_FILE
