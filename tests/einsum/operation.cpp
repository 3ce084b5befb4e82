#include "einsum/operation.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("operations are found by kind, by symbol and as reductions") {
  CHECK(operations()[operation("multiply_add")].arity == 3);
  CHECK(operation_written("-", 2) == operation("subtract"));
  CHECK(operation_written("-", 1) == operation("negate"));
  CHECK(operation_written("max", 2) == operation("max"));
  CHECK(operation_written("max", 3) == OperationId());
  CHECK(operation_written("", 3) == OperationId());
  CHECK(reduction_written("sum") == operation("add"));
  CHECK(reduction_written("prod") == operation("multiply"));
  CHECK(reduction_written("exp") == OperationId());
  CHECK(reduction_written("") == OperationId());
}

TEST_CASE("an unknown kind names the nearest") {
  CHECK(error_of([] { operation("multiply_ad"); }) ==
        "unknown operation 'multiply_ad'; did you mean 'multiply_add'?");
}

TEST_CASE("a reduction has a name and a unit that changes nothing") {
  for (const Operation& row : operations()) {
    CHECK(row.reduces == !row.reduction.empty());
    if (!row.reduces) continue;
    for (const double x : {-2.5, 0.0, 3.0}) {
      const double left[] = {row.unit, x};
      const double right[] = {x, row.unit};
      CHECK(row.apply(left) == x);
      CHECK(row.apply(right) == x);
    }
  }
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
}

TEST_CASE("the words of the language are functions and reductions") {
  const auto& words = operation_words();
  CHECK(std::is_sorted(words.begin(), words.end()));
  CHECK(std::count(words.begin(), words.end(), "max") == 1);
  CHECK(std::count(words.begin(), words.end(), "sum") == 1);
  CHECK(std::count(words.begin(), words.end(), "+") == 0);
}

}  // namespace tilewright::test::TEST_FILE
