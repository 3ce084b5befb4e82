// Of print_cascade and print_einsum in parse.hpp.
#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade again(const std::string& text) { return parse_cascade(Yaml::parse(text, "again.yaml")); }

void check_equal(const Cascade& c, const Access& a, const Access& b) {
  CHECK(a.tensor == b.tensor);
  REQUIRE(a.indices.size() == b.indices.size());
  for (std::size_t i = 0; i < a.indices.size(); ++i) {
    INFO(c.tensors[a.tensor].name);
    CHECK(a.indices[i].rank == b.indices[i].rank);
    CHECK(a.indices[i].fixed == b.indices[i].fixed);
    CHECK(a.indices[i].offset == b.indices[i].offset);
    CHECK(a.indices[i].at.text() == b.indices[i].at.text());
  }
}

void check_equal(const Cascade& c, const Term& a, const Term& b) {
  REQUIRE(a.kind == b.kind);
  if (a.kind == Term::Kind::access) check_equal(c, a.access, b.access);
  CHECK(a.value == b.value);
  CHECK(a.constant == b.constant);
  CHECK(a.operation == b.operation);
  REQUIRE(a.operands.size() == b.operands.size());
  for (std::size_t i = 0; i < a.operands.size(); ++i) check_equal(c, a.operands[i], b.operands[i]);
}

void check_equal_ranks(const Cascade& a, const Cascade& b) {
  REQUIRE(a.ranks.size() == b.ranks.size());
  for (const RankId i : a.ranks.ids()) {
    CHECK(a.ranks[i].name == b.ranks[i].name);
    REQUIRE(a.ranks[i].shape.has_value() == b.ranks[i].shape.has_value());
    if (a.ranks[i].shape) CHECK(a.ranks[i].shape->text() == b.ranks[i].shape->text());
  }
  REQUIRE(a.partitions.size() == b.partitions.size());
  for (std::size_t i = 0; i < a.partitions.size(); ++i) {
    CHECK(a.partitions[i].whole == b.partitions[i].whole);
    CHECK(a.partitions[i].parts == b.partitions[i].parts);
  }
}

void check_equal_tensors(const Cascade& a, const Cascade& b) {
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (const TensorId i : a.tensors.ids()) {
    const Tensor& left = a.tensors[i];
    const Tensor& right = b.tensors[i];
    CHECK(left.name == right.name);
    CHECK(left.ranks == right.ranks);
    CHECK(left.role == right.role);
    CHECK(left.initial == right.initial);
    CHECK(left.iterated == right.iterated);
    CHECK(left.producer == right.producer);
    REQUIRE(left.view_of.has_value() == right.view_of.has_value());
    if (left.view_of) check_equal(a, *left.view_of, *right.view_of);
  }
}

void check_equal(const Cascade& a, const Cascade& b) {
  CHECK(a.name == b.name);
  CHECK(a.description == b.description);
  CHECK(a.constants == b.constants);
  check_equal_ranks(a, b);
  check_equal_tensors(a, b);
  REQUIRE(a.einsums.size() == b.einsums.size());
  for (const EinsumId i : a.einsums.ids()) {
    const Einsum& left = a.einsums[i];
    const Einsum& right = b.einsums[i];
    CHECK(left.name == right.name);
    check_equal(a, left.output, right.output);
    check_equal(a, left.body, right.body);
    CHECK(left.reduce == right.reduce);
    CHECK(left.reduced == right.reduced);
    CHECK(left.iteration == right.iteration);
    REQUIRE(left.filter.has_value() == right.filter.has_value());
    if (left.filter) check_equal(a, *left.filter, *right.filter);
  }
}

void check_round_trip(const Cascade& cascade) {
  const std::string text = print_cascade(cascade);
  INFO(text);
  const Cascade back = again(text);
  check_equal(cascade, back);
  CHECK(print_cascade(back) == text);
}

/// The right side as it is printed.
std::string printed(const std::string& body) {
  const Cascade c =
      parse("A: [M], B: [M], C: [M]", "Z", {"Y[m] = A[m] + B[m] + C[m]", "Z[m] = " + body + " + Y[m]"},
            "  constants: {scale: 0.125}\n");
  const std::string text = print_einsum(c, c.einsums[EinsumId::at(1)]);
  return text.substr(7, text.size() - 7 - std::string(" + Y[m]").size());
}

}  // namespace

TEST_CASE("all cascades that ship come back the same from their printed form") {
  for (const std::string& name : list_configs("cascades")) check_round_trip(shipped(name));
}

TEST_CASE("every construct comes back the same") {
  check_round_trip(
      parse("  description: \"quotes \\\" and: colons # and\\nlines\"\n"
            "  shapes: {N: \"largest_divisor(M, 3)\", M1: M / M0}\n"
            "  partitions: {M: [M1, M0]}\n"
            "  constants: {scale: -0.1, big: 1e30}\n"
            "  inputs: {X: [M, N], S: [], MASK: [M1]}\n"
            "  outputs: [Z, R]\n"
            "  initial: {R: -inf}\n"
            "  views: [\"V[m1,m0,n] = X[m,n]\"]\n"
            "  einsums:\n"
            "    - L[m1,n] = min[m0] V[m1,m0,n] * 0.3 where MASK[m1]\n"
            "    - R[m1+1,n] = max(R[m1,n], L[m1,n]) - S * scale\n"
            "    - \"Y[n] = prod[m] X[m,n] + L[M1 > 3 ? 2 : M1 - 1,n]\"\n"
            "    - Z = sum[n] -(Y[n] - (big - 2e-7)) / R[M1, n]\n"));
}

TEST_CASE("parentheses are as few as the structure allows") {
  CHECK(printed("(A[m] - B[m]) - C[m]") == "A[m] - B[m] - C[m]");
  CHECK(printed("(A[m] - (B[m] - C[m]))") == "A[m] - (B[m] - C[m])");
  CHECK(printed("A[m] + (B[m] + C[m])") == "A[m] + (B[m] + C[m])");
  CHECK(printed("(A[m] + B[m]) * (C[m])") == "(A[m] + B[m]) * C[m]");
  CHECK(printed("A[m] / (B[m] * C[m])") == "A[m] / (B[m] * C[m])");
  CHECK(printed("(A[m] * B[m]) / C[m]") == "A[m] * B[m] / C[m]");
  CHECK(printed("-(A[m] + B[m])") == "-(A[m] + B[m])");
  CHECK(printed("(-A[m]) * - - B[m]") == "-A[m] * --B[m]");
  CHECK(printed("-(A[m] * B[m])") == "-(A[m] * B[m])");
  CHECK(printed("max((A[m]), (B[m] + 1.50)) * scale") == "max(A[m], B[m] + 1.5) * scale");
}

TEST_CASE("the text of statements") {
  const Cascade c = shipped("attention-1pass");
  CHECK(print_einsum(c, c.einsums[c.einsum("LM")]) == "LM[b,h,m1,p] = max[m0] QK[b,h,m1,m0,p]");
  CHECK(print_einsum(c, c.einsums[c.einsum("RM")]) == "RM[b,h,m1+1,p] = max(RM[b,h,m1,p], LM[b,h,m1,p])");
  CHECK(print_einsum(c, c.einsums[c.einsum("SLD")]) == "SLD[b,h,m1,p] = SLN[b,h,m1,m0,p]");
  CHECK(print_einsum(c, c.einsums[c.einsum("AV")]) == "AV[b,h,f,p] = RNV[b,h,f,M1,p] / RD[b,h,M1,p]");
}

TEST_CASE("the text of a cascade") {
  const std::string text =
      "cascade:\n"
      "  name: t\n"
      "  shapes: {M1: M / M0}\n"
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {K: [E, M]}\n"
      "  outputs: [Z]\n"
      "  views:\n"
      "    - B[e,m1,m0] = K[e,m]\n"
      "  einsums:\n"
      "    - Z[e,m1] = max[m0] B[e,m1,m0]\n";
  CHECK(print_cascade(again(text)) == text);
}

}  // namespace tilewright::test::TEST_FILE
