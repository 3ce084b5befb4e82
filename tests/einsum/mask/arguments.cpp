#include "einsum/mask/arguments.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Arguments with(const std::string& value) {
  Arguments arguments("rule");
  arguments.set("a", value);
  return arguments;
}

}  // namespace

TEST_CASE("arguments are kept by name, once", "[mask]") {
  Arguments arguments = with("3");
  arguments.set("b", "");
  CHECK(arguments.has("b"));
  CHECK_FALSE(arguments.has("c"));
  CHECK(arguments.names() == std::vector<std::string>{"a", "b"});
  CHECK(arguments.pattern() == "rule");
  CHECK(arguments.text("b").empty());
  CHECK(message_of([&] { arguments.set("a", "4"); }) == "rule: a: given twice");
  CHECK(message_of([&] { (void)arguments.text("c"); }) == "rule: c: missing");
}

TEST_CASE("a count is a whole number within its range", "[mask]") {
  CHECK(with("3").count("a", 3, 3) == 3);
  CHECK(with("-3").count("a", -5) == -3);
  for (const char* text : {"", "2", "10", "3.0", "3 ", " 3", "0x3", "+3", "three", "99999999999999999999"})
    CHECK(message_of([&] { (void)with(text).count("a", 3, 9); }) ==
          std::string("rule: a: expected a whole number from 3 to 9, got '") + text + "'");
}

TEST_CASE("a number is finite and within its range", "[mask]") {
  CHECK(with("0.25").number("a", 0, 1) == 0.25);
  CHECK(with("1e-2").number("a", 0, 1) == 0.01);
  for (const char* text : {"", "1.5", "nan", "inf", "-0.1", "0.5f"})
    CHECK(message_of([&] { (void)with(text).number("a", 0, 1); }) ==
          std::string("rule: a: expected a number from 0 to 1, got '") + text + "'");
}

TEST_CASE("extents are one per dimension", "[mask]") {
  CHECK(with("4x5").extents("a", 2) == Extents{4, 5});
  CHECK(with("0x5").extents("a", 2, 0) == Extents{0, 5});
  CHECK(message_of([] { (void)with("4x5").extents("a", 1); }) ==
        "rule: a: expected 1 number, one per dimension of the layout, got '4x5'");
  CHECK(message_of([] { (void)with("0x5").extents("a", 2); }) ==
        "rule: a: expected whole numbers from 1 to 2^31 with x between them, as in 30x48x80, got '0x5'");
}

TEST_CASE("counts have slashes between", "[mask]") {
  CHECK(with("").counts("a", 0).empty());
  CHECK(with("7").counts("a", 0) == std::vector<Count>{7});
  CHECK(with("7/0/7").counts("a", 0) == std::vector<Count>{7, 0, 7});
  CHECK(with("").ranges("a", 0, 9).empty());
  CHECK(with("7/0..2/3..3").ranges("a", 0, 9) == std::vector<CountRange>{{7, 7}, {0, 2}, {3, 3}});
  for (const char* text : {"/", "1/", "..", "1..", "..1", "1...2", "1..2..3", "2..1", "9..10", "-1..2", "1.2"})
    CHECK(message_of([&] { (void)with(text).ranges("a", 0, 9); }) ==
          std::string("rule: a: expected whole numbers from 0 to 9, or ranges a..b of them, with / between them, "
                      "got '") +
              text + "'");
  for (const char* text : {"/", "7/", "/7", "7//8", "7,8", "7/x", "7/10"})
    CHECK(message_of([&] { (void)with(text).counts("a", 0, 9); }) ==
          std::string("rule: a: expected whole numbers from 0 to 9 with / between them, got '") + text + "'");
}

}  // namespace tilewright::test::TEST_FILE
