#include "arch/values.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Yaml value(const std::string& text) { return Yaml::parse("key: " + text, "v.yaml").at("key"); }

}  // namespace

TEST_CASE("values keep their names in order") {
  ArchValues values;
  values.set("N", 2);
  values.set("M", 3);
  values.set("N", 4);
  CHECK(values.has("N"));
  CHECK_FALSE(values.has("K"));
  CHECK(values.all() == std::vector<std::pair<std::string, double>>{{"N", 4}, {"M", 3}});
  CHECK(values.number(value("N * M")) == 12);
}

TEST_CASE("a missing key has the other value") {
  const ArchValues values;
  const Yaml map = Yaml::parse("{a: 2, z: 0}", "v.yaml");
  CHECK(values.positive_or(map, "a", 7) == 2);
  CHECK(values.positive_or(map, "b", 7) == 7);
  CHECK(values.least_zero_or(map, "z", 7) == 0);
  CHECK(values.least_zero_or(map, "b", 7) == 7);
}

TEST_CASE("values of the wrong sign, size or unit are refused") {
  const ArchValues values;
  CHECK(message_of([&] { (void)values.number(value("1e308 * 10")); }) ==
        "v.yaml:1:6: key: '1e308 * 10' has no finite value");
  CHECK(message_of([&] { (void)values.positive(value("1 - 1")); }) ==
        "v.yaml:1:6: key: expected more than 0, got 0");
  CHECK(message_of([&] { (void)values.least_zero(value("-2"), dimension::bytes); }) ==
        "v.yaml:1:6: key: expected 0 or more, got -2");
  CHECK(message_of([&] { (void)values.least_zero(value("2 s"), dimension::bytes); }) ==
        "v.yaml:1:6: key: expected a value in B, got '2 s' (in s)");
  CHECK(message_of([&] { (void)values.number(value("Z")); }) == "v.yaml:1:6: key: unknown name 'Z'");
  CHECK(values.least_zero(value("0")) == 0);
}

}  // namespace tilewright::test::TEST_FILE
