#include "einsum/check.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string error(const std::vector<std::string>& einsums, const std::string& more = "",
                  const std::string& inputs = "X: [M]") {
  return error_of([&] { parse(inputs, "Z", einsums, more); });
}

}  // namespace

TEST_CASE("use before definition is refused at the use") {
  CHECK(error({"Z[m] = Y[m] * 2", "Y[m] = X[m]"}) ==
        "t.yaml:6:14: cascade.einsums[0]: 'Y' is used before its definition");
}

TEST_CASE("a cycle that no iteration breaks is refused and named") {
  CHECK(error({"Z[m] = Z[m] + X[m]"}) == "t.yaml:6:7: cascade.einsums[0]: cyclic dependence: Z -> Z");
  CHECK(error({"A[m] = B[m] + X[m]", "B[m] = A[m]", "Z[m] = B[m]"}) ==
        "t.yaml:6:7: cascade.einsums[0]: cyclic dependence: A -> B -> A");
  CHECK(error({"A[m] = C[m]", "B[m] = A[m]", "C[m] = B[m] * X[m]", "Z[m] = B[m]"}) ==
        "t.yaml:6:7: cascade.einsums[0]: cyclic dependence: A -> C -> B -> A");
}

TEST_CASE("an iteration breaks a cycle only where every read is of a step that is done") {
  const std::string initial = "  initial: {R: 0}\n";
  CHECK(error({"S[m] = R[m] * 2", "R[m+1] = S[m] + X[m]", "Z[m] = R[m]"}, initial) == "no error");
  CHECK(error({"S[m] = R[m+1] * 2", "R[m+1] = S[m] + X[m]", "Z[m] = R[m]"}, initial) ==
        "t.yaml:7:7: cascade.einsums[0]: cyclic dependence: S -> R -> S");
  CHECK(error({"S = R[m]", "R[m+1] = R[m] + S[] * X[m]", "Z[m] = R[m]"}, initial) ==
        "t.yaml:7:7: cascade.einsums[0]: cyclic dependence: S -> R -> S");
  CHECK(error({"Y[m] = R[m]", "S[m] = Y[m+1] + X[m]", "R[m+1] = S[m]", "Z[m] = R[m]"}, initial) ==
        "t.yaml:7:7: cascade.einsums[0]: cyclic dependence: Y -> R -> S -> Y");
  CHECK(error({"R[m+1] = R[m] + R[M] * X[m]", "Z[m] = R[m]"}, initial) ==
        "t.yaml:7:7: cascade.einsums[0]: cyclic dependence: R -> R");
}

TEST_CASE("a mask can close a cycle") {
  CHECK(error({"Z[m] = X[m] where Y[m]", "Y[m] = Z[m]"}) ==
        "t.yaml:6:7: cascade.einsums[0]: cyclic dependence: Z -> Y -> Z");
}

TEST_CASE("an iterated tensor needs an initial value") {
  CHECK(error({"Z[m+1] = Z[m] + X[m]"}) ==
        "t.yaml:6:7: cascade.einsums[0]: 'Z' is iterated over 'M' and has no value in 'initial'");
}

TEST_CASE("what nothing reads is refused") {
  CHECK(error({"Z[m] = X[m]"}, "", "X: [M], Y: [M]") == "t.yaml:3:23: cascade.inputs.Y: nothing reads 'Y'");
  CHECK(error({"Z[m] = X[m]"}, "  views: [\"V[m] = X[m]\"]\n") ==
        "t.yaml:5:11: cascade.views[0]: nothing reads 'V'");
}

}  // namespace tilewright::test::TEST_FILE
