#include "einsum/operation_count.hpp"

#include <catch2/catch.hpp>

#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string counts(const Cascade& cascade, const Einsum& einsum) {
  std::string text;
  for (const OperationCount& count : operations_per_point(cascade, einsum)) {
    text += std::to_string(static_cast<int>(count.count)) + " " + operations()[count.operation].name + " ";
  }
  return text;
}

std::string counts(const std::string& einsum) {
  const Cascade c =
      parse("A: [M], B: [M], C: [M]", "Z", {"Y[m] = A[m] + B[m] + C[m]", einsum, "Z[m] = X[] * Y[m]"});
  return counts(c, c.einsums[EinsumId::at(1)]);
}

}  // namespace

TEST_CASE("a sum of products is one multiply_add per point") {
  CHECK(counts("X = A[m] * B[m]") == "1 multiply_add ");
  CHECK(counts("X = A[m] * B[m] * C[m]") == "1 multiply 1 multiply_add ");
  CHECK(counts("X = max[m] A[m] * B[m]") == "1 multiply 1 max ");
  CHECK(counts("X = A[m] * B[m] / C[m]") == "1 multiply 1 divide 1 add ");
  CHECK(counts("X = prod[m] A[m] * B[m]") == "2 multiply ");
}

TEST_CASE("other operations count one by one, by kind, in order of evaluation") {
  CHECK(counts("X = A[0]") == "");
  CHECK(counts("X = A[m]") == "1 add ");
  CHECK(counts("X = -A[0] + 2 * B[0] + C[0]") == "1 negate 1 multiply 2 add ");
  CHECK(counts("X = exp(A[0] - B[0])") == "1 subtract 1 exp ");
}

TEST_CASE("operations and points of the attention cascades") {
  const Cascade c = shipped("attention-1pass");
  const auto shapes = rank_shapes(c, {{"B", 2}, {"H", 3}, {"E", 4}, {"F", 5}, {"M", 12}, {"P", 7}, {"M0", 4}});
  const auto einsum = [&](const char* name) { return c.einsums[c.einsum(name)]; };
  CHECK(counts(c, einsum("QK")) == "1 multiply_add ");
  CHECK(counts(c, einsum("LM")) == "1 max ");
  CHECK(counts(c, einsum("RM")) == "1 max ");
  CHECK(counts(c, einsum("SLN")) == "1 subtract 1 exp ");
  CHECK(counts(c, einsum("SLD")) == "1 add ");
  CHECK(counts(c, einsum("AV")) == "1 divide ");
  CHECK(points(einsum("QK"), shapes) == 2 * 3 * 4 * 12 * 7);
  CHECK(points(einsum("RM"), shapes) == 2 * 3 * 3 * 7);
  CHECK(points(einsum("AV"), shapes) == 2 * 3 * 5 * 7);
}

}  // namespace tilewright::test::TEST_FILE
