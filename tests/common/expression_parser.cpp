#include <catch2/catch.hpp>

#include "common/expression.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string refusal(const std::string& text) {
  return message_of([&] { return Expression::parse(text, {"f", 1, 1}); });
}

Dimension dimension_of(const std::string& text) { return Expression::parse(text).dimension(); }

std::string repeat(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("a number may carry a unit") {
  CHECK(Expression::parse("16 MiB").evaluate({}) == 16 * 1048576);
  CHECK(Expression::parse("16MiB").evaluate({}) == 16 * 1048576);
  CHECK(Expression::parse("400 GiB/s").evaluate({}) == 400 * 1073741824.0);
  CHECK(Expression::parse("249.6 pJ").evaluate({}) == Approx(249.6e-12));
  CHECK(Expression::parse("0.5 um2").evaluate({}) == Approx(0.5e-12));
  CHECK(Expression::parse("2 * 940 MHz").evaluate({}) == 2 * 940e6);
  CHECK(Expression::parse("2 B").evaluate({}) == 2);
}

TEST_CASE("a rate is part of the unit, any other quotient is not") {
  CHECK(dimension_of("400 GiB/s") == dimension::bytes_per_second);
  CHECK(dimension_of("400 GiB/s/4") == dimension::bytes_per_second);
  CHECK(dimension_of("400 GiB/stages") == dimension::bytes);
  CHECK(dimension_of("400 GiB / s") == dimension::bytes);
  CHECK(dimension_of("2 pJ/B") == dimension::joules - dimension::bytes);
  CHECK(Expression::parse("400 GiB/stages").names() == std::vector<std::string>{"stages"});
}

TEST_CASE("dimensions follow the operators") {
  CHECK(dimension_of("2 GHz * 64 B") == dimension::bytes_per_second);
  CHECK(dimension_of("16 MiB / 4 KiB").plain());
  CHECK(dimension_of("16 MiB + 1") == dimension::bytes);
  CHECK(dimension_of("N + 16 MiB") == dimension::bytes);
  CHECK(dimension_of("-16 MiB") == dimension::bytes);
  CHECK(dimension_of("max(1, 2, 16 MiB)") == dimension::bytes);
  CHECK(dimension_of("ceil(1.5 ns)") == dimension::seconds);
  CHECK(dimension_of("N > 4 ? 1 MiB : 2 MiB") == dimension::bytes);
  CHECK(dimension_of("16 MiB < 3 B").plain());
  CHECK(dimension_of("1 KiB << 3") == dimension::bytes);
  CHECK(dimension_of("ceil_div(1 MiB, 3 KiB)").plain());
  CHECK(dimension_of("1 MiB && 2 ns").plain());
  CHECK(dimension_of("N * M").plain());
}

TEST_CASE("values of different units do not mix") {
  CHECK(refusal("16 MiB + 3 ns") == "f:1:8: '+' needs values of one unit, got B and s");
  CHECK(refusal("16 MiB < 3 ns") == "f:1:8: '<' needs values of one unit, got B and s");
  CHECK(refusal("N ? 1 B : 1 s") == "f:1:3: '?:' needs values of one unit, got B and s");
  CHECK(refusal("min(1 B, 1 s)") == "f:1:1: 'min' needs values of one unit, got B and s");
  CHECK(refusal("2 B ^ 2") == "f:1:5: '^' needs plain numbers, got B");
  CHECK(refusal("2 ^ 2 B") == "f:1:3: '^' needs plain numbers, got B");
  CHECK(refusal("log2(2 B)") == "f:1:1: 'log2' needs plain numbers, got B");
  CHECK(refusal("1 << 2 B") == "f:1:3: '<<' needs a plain number on the right, got B");
}

TEST_CASE("unknown units are refused") {
  CHECK(refusal("2 KB") == "f:1:3: unknown unit 'KB'; did you mean 'kB'?");
  CHECK(refusal("3 gib") == "f:1:3: unknown unit 'gib'; did you mean 'GiB'?");
  CHECK(refusal("0x10").starts_with("f:1:2: unknown unit 'x10'; known: B, "));
  CHECK(refusal("1K") ==
        "f:1:2: 'K' alone is not a unit; write a power (1e6, 1 << 20) or a unit such as 'MB', 'MiB'");
}

TEST_CASE("syntax errors point at the character") {
  CHECK(refusal("") == "f:1:1: expected an expression, got nothing");
  CHECK(refusal("  ") == "f:1:1: expected an expression, got nothing");
  CHECK(refusal("1 +") == "f:1:4: expected a value, got the end");
  CHECK(refusal("1 + * 2") == "f:1:5: expected a value, got '*'");
  CHECK(refusal("(1 + 2") == "f:1:7: expected ')', got the end");
  CHECK(refusal("1 + 2)") == "f:1:6: expected an operator, got ')'");
  CHECK(refusal("3 4") == "f:1:3: expected an operator, got '4'");
  CHECK(refusal("M N2 3") == "f:1:3: expected an operator, got 'N2'");
  CHECK(refusal("1.2.3") == "f:1:4: expected an operator, got '.3'");
  CHECK(refusal("a = 3") == "f:1:3: expected an operator, got '='");
  CHECK(refusal("a ? 3") == "f:1:6: expected ':', got the end");
  CHECK(refusal(".") == "f:1:1: expected a value, got '.'");
  CHECK(refusal("1e999") == "f:1:1: number '1e999' is out of range");
  CHECK(refusal("a.") == "f:1:2: expected an operator, got '.'");
  CHECK(refusal("$") == "f:1:1: expected a value, got '$'");
}

TEST_CASE("the key path is named, and an unknown place is left out") {
  CHECK(message_of([] {
          Expression::parse("1 +", {"f", 3, 10}, "a.b");
        }) == "f:3:13: a.b: expected a value, got the end");
  CHECK(message_of([] {
          Expression::parse("1 +", {"f", 3, 0}, "a.b");
        }) == "f:3: a.b: expected a value, got the end");
  CHECK(message_of([] { return Expression::parse("1 +"); }) == "expected a value, got the end");
}

TEST_CASE("wrong calls are refused") {
  CHECK(refusal("2 * flor(3)") == "f:1:5: unknown function 'flor'; did you mean 'floor'?");
  CHECK(refusal("min(3)") == "f:1:1: 'min' takes 2 values or more, got 1");
  CHECK(refusal("floor(3, 4)") == "f:1:1: 'floor' takes 1 value, got 2");
  CHECK(refusal("ceil_div(3, 4, 5)") == "f:1:1: 'ceil_div' takes 2 values, got 3");
  CHECK(refusal("floor()") == "f:1:7: expected a value, got ')'");
  CHECK(refusal("floor(3") == "f:1:8: expected ')', got the end");
}

TEST_CASE("depth and length have limits") {
  CHECK(Expression::parse(repeat("(", 64) + "1" + repeat(")", 64)).evaluate({}) == 1);
  CHECK(refusal(repeat("(", 65) + "1" + repeat(")", 65)) == "f:1:66: an expression nested more than 64 deep");
  CHECK(refusal(repeat("(", 4000)) == "f:1:66: an expression nested more than 64 deep");
  CHECK(refusal(repeat("-", 4000)) == "f:1:66: an expression nested more than 64 deep");
  CHECK(refusal(repeat("2^", 2000) + "2") == "f:1:129: an expression that holds more than 64 values at once");
  CHECK(refusal(repeat("1?1:", 1000) + "1") == "f:1:129: an expression that holds more than 64 values at once");
  CHECK(refusal(repeat("(", 10000)) == "f:1:1: an expression of 10000 characters, more than 4096");
  CHECK(Expression::parse(repeat("1+", 2000) + "1").evaluate({}) == 2001);
  CHECK(refusal(repeat("1+(", 60) + "1" + repeat(")", 60)) == "no error");
  CHECK(refusal(repeat("1+2*(", 40) + "1" + repeat(")", 40)) ==
        "f:1:161: an expression that holds more than 64 values at once");
}

}  // namespace tilewright::test::TEST_FILE
