#include "mappings/kernel/positive.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

double value(const std::string& text) { return positive_or(Yaml::parse(text, "k.yaml"), "a", 7, 10); }
std::string error(const std::string& text) {
  return message_of([&] { (void)value(text); });
}

}  // namespace

TEST_CASE("a number above 0, or what stands for it") {
  CHECK(value("{a: 10}") == 10);
  CHECK(value("{a: 0.5}") == 0.5);
  CHECK(value("{b: 1}") == 7);
  CHECK(error("{a: 0}") == "k.yaml:1:5: a: expected more than 0, got 0");
  CHECK(error("{a: 11}") == "k.yaml:1:5: a: expected a number from 0 to 10, got '11'");
}

}  // namespace tilewright::test::TEST_FILE
