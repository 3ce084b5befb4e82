#include "einsum/parse.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("all parts of a cascade are read") {
  const Cascade c = parse(
      "  description: running sum\n"
      "  constants: {scale: 1 / 8}\n"
      "  inputs: {X: [M], W: []}\n"
      "  outputs: [Z, R]\n"
      "  initial: {R: -inf, S: 0.5, T: inf}\n"
      "  einsums:\n"
      "    - R[m+1] = max(R[m], X[m])\n"
      "    - S[m+1] = S[m] + X[m] * scale\n"
      "    - T[m+1] = min(T[m], X[m])\n"
      "    - Z = R[M] * S[M] * T[M] * W\n");
  CHECK(c.name == "t");
  CHECK(c.description == "running sum");
  CHECK(c.constants[0].second == 0.125);
  CHECK(*c.tensors[c.tensor("R")].initial == -std::numeric_limits<double>::infinity());
  CHECK(*c.tensors[c.tensor("T")].initial == std::numeric_limits<double>::infinity());
  CHECK(*c.tensors[c.tensor("S")].initial == 0.5);
  CHECK(c.tensors[c.tensor("R")].iterated == c.rank("M"));
  CHECK(c.tensors[c.tensor("R")].role == Tensor::Role::output);
  CHECK(c.tensors[c.tensor("S")].role == Tensor::Role::intermediate);
  CHECK(c.tensors[c.tensor("Z")].ranks.empty());
}

TEST_CASE("wrong outputs are refused") {
  const auto error = [](const std::string& outputs) {
    return error_of([&] { parse("Score: [M]", outputs, {"Soft[m] = Score[m]"}); });
  };
  CHECK(error("Sof") == "t.yaml:4:13: cascade.outputs[0]: nothing writes 'Sof'; did you mean 'Soft'?");
  CHECK(error("Score") == "t.yaml:4:13: cascade.outputs[0]: nothing writes 'Score'; known: Soft");
  CHECK(error("Soft, Soft") == "t.yaml:4:19: cascade.outputs[1]: 'Soft' is listed twice");
  CHECK(error("") == "t.yaml:4:12: cascade.outputs: a cascade has at least one output");
}

TEST_CASE("wrong initial values are refused") {
  const auto error = [](const std::string& initial) {
    return error_of([&] {
      parse("X: [M]", "Z", {"R[m+1] = R[m] + X[m]", "Z = R[M]"}, "  initial: {" + initial + "}\n");
    });
  };
  CHECK(error("R: 0, Z: 0") ==
        "t.yaml:5:22: cascade.initial.Z: 'Z' is not iterated: it is written at no index + 1");
  CHECK(error("R: 0, X: 0") == "t.yaml:5:22: cascade.initial.X: nothing writes 'X'; known: R, Z");
}

TEST_CASE("wrong keys and empty parts are refused") {
  CHECK(error_of([] { parse("  inputs: {X: [M]}\n  output: [Z]\n"); }) ==
        "t.yaml:4:3: cascade.output: unknown key; did you mean 'outputs'?");
  CHECK(error_of([] { parse("  inputs: {X: [M]}\n  outputs: [Z]\n  einsums: []\n"); }) ==
        "t.yaml:5:12: cascade.einsums: a cascade has at least one Einsum");
}

TEST_CASE("all cascades that ship can be read") {
  const auto names = list_configs("cascades");
  CHECK(names.size() >= 6);
  for (const std::string& name : names) {
    const Cascade c = shipped(name);
    CHECK(c.name == name);
    CHECK_FALSE(c.description.empty());
  }
}

}  // namespace tilewright::test::TEST_FILE
