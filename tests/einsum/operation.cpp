#include "einsum/operation.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("operations are found by kind, by symbol and as reductions") {
  CHECK(operations()[operation("multiply_add")].arity == 3);
  CHECK(operations().written("-", 2) == operation("subtract"));
  CHECK(operations().written("-", 1) == operation("negate"));
  CHECK(operations().written("max", 2) == operation("max"));
  CHECK(operations().written("max", 3) == OperationId());
  CHECK(operations().written("", 3) == OperationId());
  CHECK(operations().reduction("sum") == operation("add"));
  CHECK(operations().reduction("prod") == operation("multiply"));
  CHECK(operations().reduction("exp") == OperationId());
  CHECK(operations().reduction("") == OperationId());
}

TEST_CASE("an unknown kind names the nearest") {
  CHECK(error_of([] { operation("multiply_ad"); }) ==
        "unknown operation 'multiply_ad'; did you mean 'multiply_add'?");
}

TEST_CASE("the laws of the language's operations hold on numbers, and a reduction has them and a name") {
  for (const Operation& row : operations()) {
    INFO(row.name);
    CHECK(broken_law(row, operations()) == "");
    const bool reduces = row.laws.associative && row.laws.commutative && row.laws.identity.has_value();
    CHECK(reduces == !row.reduction.empty());
  }
}

TEST_CASE("a law that numbers contradict is told with them") {
  Operation row = operations()[operation("subtract")];
  row.laws.associative = true;
  CHECK(broken_law(row, operations()) ==
        "not associative: of -3.25, -3.25, -3.25 it gives 3.25 in one order and -3.25 in the other");
  row = operations()[operation("divide")];
  row.laws.commutative = true;
  CHECK(broken_law(row, operations()).starts_with("not commutative: of -3.25, -0.7 it gives"));
  row = operations()[operation("max")];
  row.laws.identity = 0;
  CHECK(broken_law(row, operations()) == "without the identity 0: of it and -3.25 comes 0");
  row = operations()[operation("multiply")];
  row.laws.distributes_over = {"max"};
  CHECK(broken_law(row, operations()).starts_with("not distributive over 'max': of -3.25, -0.7, -3.25 it gives"));
}

TEST_CASE("what the operations compute") {
  const auto apply = [](const char* name, std::vector<double> x) {
    return operations()[operation(name)].apply(x.data());
  };
  CHECK(apply("multiply_add", {2, 3, 4}) == 10);
  CHECK(apply("multiply", {2, 3}) == 6);
  CHECK(apply("add", {2, 3}) == 5);
  CHECK(apply("subtract", {2, 3}) == -1);
  CHECK(apply("divide", {3, 2}) == 1.5);
  CHECK(apply("negate", {3}) == -3);
  CHECK(apply("max", {3, 2}) == 3);
  CHECK(apply("min", {3, 2}) == 2);
  CHECK(apply("exp", {0}) == 1);
  CHECK(apply("exp2", {3}) == 8);
  CHECK(apply("log", {1}) == 0);
  CHECK(apply("sqrt", {9}) == 3);
  CHECK(apply("sigmoid", {0}) == 0.5);
  CHECK(apply("tanh", {0}) == 0);
  CHECK(apply("abs", {-2}) == 2);
  CHECK(apply("power", {2, 10}) == 1024);
  CHECK(apply("greater", {3, 2}) == 1);
  CHECK(apply("greater", {2, 2}) == 0);
  CHECK(apply("select", {1, 5, 7}) == 5);
  CHECK(apply("select", {0, 5, 7}) == 7);
}

TEST_CASE("the words of the language are functions and reductions") {
  for (const char* word : {"max", "sum", "exp", "select"}) CHECK(operations().is_word(word));
  for (const char* other : {"+", "multiply_add", "Q"}) CHECK(!operations().is_word(other));
}

}  // namespace tilewright::test::TEST_FILE
