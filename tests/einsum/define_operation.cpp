#include "einsum/define_operation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "einsum/interpret.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade with(const std::string& operations, const std::string& einsum = "Z[m] = f(X[m])") {
  return parse("X: [M]", "Z", {einsum}, "  operations:\n    " + operations + "\n");
}

std::string error(const std::string& operations, const std::string& einsum = "Z[m] = f(X[m])") {
  return error_of([&] { with(operations, einsum); });
}

std::vector<double> values(const Cascade& cascade, const std::vector<double>& x) {
  const ByRank<double> shapes = rank_shapes(cascade, {{"M", static_cast<double>(x.size())}});
  return interpret(cascade, shapes, {{"X", x}})["Z"].values;
}

const std::string logaddexp =
    "logaddexp: {operands: [x, y], is: \"max(x, y) + log(1 + exp(-abs(x - y)))\", laws: [associative, "
    "commutative], "
    "identity: -inf}";

}  // namespace

TEST_CASE("an operation that a cascade defines is computed, counted by its kind, and printed") {
  const Cascade c = with("f: {operands: [x], is: \"select(greater(x, 0), x, 0.5 * x)\"}", "Z[m] = f(X[m]) + 1");
  CHECK(values(c, {-2, 3}) == std::vector<double>{0, 4});
  const auto counts = operations_per_point(c, c.einsums.front());
  REQUIRE(counts.size() == 2);
  CHECK(c.operations[counts[0].operation].name == "f");
  const std::string text = print_cascade(c);
  CHECK(text.find("  operations: {f: {operands: [x], is: \"select(greater(x, 0), x, 0.5 * x)\"}}\n") !=
        std::string::npos);
  CHECK(print_cascade(parse_cascade(Yaml::parse(text, "again.yaml"))) == text);
}

TEST_CASE("one with laws and an identity reduces, skipping what is absent") {
  const Cascade c = with(logaddexp, "Z = logaddexp[m] X[m]");
  CHECK(values(c, {-1, 2, 0.5})[0] == Approx(std::log(std::exp(-1) + std::exp(2) + std::exp(0.5))).epsilon(1e-14));
  CHECK(print_cascade(parse_cascade(Yaml::parse(print_cascade(c), "again.yaml"))) == print_cascade(c));
  CHECK(error("f: {operands: [x, y], is: x + 2 * y}", "Z = f[m] X[m]") ==
        "t.yaml:8:11: cascade.einsums[0]: unknown reduction 'f'; known: prod, sum, max, min");
}

TEST_CASE("what a defined operation takes in operations of the language") {
  const Cascade c = parse("X: [M]", "Z", {"Z[m] = g(X[m])"},
                          "  operations:\n    f: {operands: [x], is: x * x + exp(x)}\n"
                          "    g: {operands: [a], is: f(a) * f(-a)}\n");
  std::string text;
  for (const auto& [id, count] : language_operations(c.operations[c.operations.named("g")], c.operations))
    text += std::to_string(static_cast<int>(count)) + " " + c.operations[id].name + " ";
  CHECK(text == "3 multiply 2 add 2 exp 1 negate ");
}

TEST_CASE("definitions use those before them, in another's place, and three operands") {
  const Cascade c = parse("X: [M]", "Z", {"Z[m] = g(X[m], 2, 3)"},
                          "  operations:\n    f: {operands: [x], is: x * x}\n"
                          "    g: {operands: [a, b, c], is: f(a) * b - c}\n");
  CHECK(values(c, {3}) == std::vector<double>{15});
}

TEST_CASE("wrong definitions are refused") {
  CHECK(error("max: {operands: [x], is: x}") ==
        "t.yaml:6:10: cascade.operations.max: 'max' is a word of the language already");
  CHECK(error("add: {operands: [x], is: x}") ==
        "t.yaml:6:10: cascade.operations.add: 'add' is a word of the language already");
  CHECK(error("f: {operands: [], is: 1}") ==
        "t.yaml:6:19: cascade.operations.f.operands: expected one to three operands, got 0");
  CHECK(error("f: {operands: [x, x], is: x}") ==
        "t.yaml:6:23: cascade.operations.f.operands[1]: 'x' is there twice");
  CHECK(error("f: {operands: [exp], is: exp}") ==
        "t.yaml:6:20: cascade.operations.f.operands[0]: 'exp' is a word of the language already");
  CHECK(error("f: {operands: [x, yes], is: x}") ==
        "t.yaml:6:33: cascade.operations.f.is: operand 'yes' is not used");
  CHECK(error("f: {operands: [value], is: 1 + valu}") ==
        "t.yaml:6:36: cascade.operations.f.is: 'valu' is no operand; did you mean 'value'?");
  CHECK(error("f: {operands: [x], is: 1 + ex(x)}") ==
        "t.yaml:6:32: cascade.operations.f.is: unknown operation 'ex'; did you mean 'exp'?");
  CHECK(error("f: {operands: [x], is: x where x}") ==
        "t.yaml:6:30: cascade.operations.f.is: expected an operator or the end, got 'where'");
  CHECK(error("f: {operands: [x], is: x, law: []}") ==
        "t.yaml:6:31: cascade.operations.f.law: unknown key; did you mean 'laws'?");
}

TEST_CASE("definitions of definitions end before they grow without bound") {
  std::string text = "f0: {operands: [x, y], is: x * y}";
  for (int i = 1; i < 60; ++i)
    text += fmt::format("\n    f{0}: {{operands: [x, y], is: \"f{1}(f{1}(x, y), y)\"}}", i, i - 1);
  CHECK(error(text).ends_with(".is: consists of 1534 operations, more than 1000"));
}

TEST_CASE("wrong laws are refused with the numbers that contradict them") {
  CHECK(error("f: {operands: [x, y], is: x - y, laws: [commutative]}") ==
        "t.yaml:6:8: cascade.operations.f: 'f' is not commutative: of -3.25, -0.7 it gives -2.55 in one order and "
        "2.55 "
        "in the other");
  CHECK(error("f: {operands: [x, y], is: x + y + 1, laws: [associative, commutative], identity: 0}") ==
        "t.yaml:6:8: cascade.operations.f: 'f' is without the identity 0: of it and -3.25 comes -2.25");
  CHECK(error("f: {operands: [x, y], is: x * y, laws: [asociative]}") ==
        "t.yaml:6:45: cascade.operations.f.laws[0]: no law 'asociative'; did you mean 'associative'?");
  CHECK(error("f: {operands: [x], is: -x, laws: [commutative]}") ==
        "t.yaml:6:38: cascade.operations.f.laws: only two operands have laws");
  CHECK(error("f: {operands: [x, y], is: x * y, distributes_over: [exp]}") ==
        "t.yaml:6:57: cascade.operations.f.distributes_over[0]: no kind 'exp' of two operands; known: multiply, "
        "add, subtract, divide, max, min, "
        "power, greater");
}

TEST_CASE("a definition that nothing uses is refused") {
  CHECK(error("f: {operands: [x], is: x * x}", "Z[m] = X[m]") ==
        "t.yaml:6:8: cascade.operations.f: no Einsum uses 'f'");
}

}  // namespace tilewright::test::TEST_FILE
