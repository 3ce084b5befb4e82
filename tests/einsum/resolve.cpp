#include "einsum/resolve.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Of one Einsum over Q [E, P], K [E, M] and a partition of M. Line and key path are the same in all.
std::string error(const std::string& einsum, const std::string& more = "") {
  const std::string text = error_of([&] {
    parse("Q: [E, P], K: [E, M]", "Z", {einsum}, "  partitions: {M: [M1, M0]}\n  constants: {scale: 0.5}\n" + more);
  });
  const std::string prefix = "t.yaml:8:";
  return text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
}

}  // namespace

TEST_CASE("an Einsum knows its iteration space and what it reduces") {
  const Cascade c = parse("Q: [E, P], K: [E, M]", "Z", {"Z[m,p] = Q[e,p] * K[e,m]"});
  const Einsum& e = c.einsums[EinsumId::at(0)];
  CHECK(e.iteration == std::vector<RankId>{c.rank("M"), c.rank("P"), c.rank("E")});
  CHECK(e.reduced == std::vector<RankId>{c.rank("E")});
  CHECK(e.reduce == operation("add"));
  CHECK(e.output.place.column == 7);
  CHECK(accesses(e.body)[1]->place.column == 25);
}

TEST_CASE("nothing is reduced where the left side has all ranks") {
  const Cascade c = parse("Q: [E, P]", "Z", {"Z[p,e] = -Q[e,p]"});
  CHECK(c.einsums[EinsumId::at(0)].reduce == OperationId());
  CHECK(c.einsums[EinsumId::at(0)].reduced.empty());
}

TEST_CASE("constants, scalars, offsets and fixed coordinates") {
  const Cascade c = parse("X: [M], S: []", "Z", {"Z[m] = X[m-1] * scale + X[M - 1] * S + S[] * 2"},
                          "  constants: {scale: 0.125}\n");
  const auto operands = accesses(c.einsums[EinsumId::at(0)].body);
  REQUIRE(operands.size() == 4);
  CHECK(operands[0]->indices[0].offset == -1);
  CHECK(operands[1]->indices[0].fixed);
  CHECK(operands[1]->indices[0].rank == c.rank("M"));
  CHECK(operands[1]->indices[0].at.evaluate(std::vector<double>{8}) == 7);
  CHECK(operands[2]->indices.empty());
}

TEST_CASE("undefined names are refused with the nearest") {
  CHECK(error("Z[p] = Qr[e,p]") == "14: cascade.einsums[0]: undefined tensor 'Qr'; did you mean 'Q'?");
  CHECK(error("Z[p] = Q[e,p] * scal") == "23: cascade.einsums[0]: undefined tensor 'scal'; did you mean 'scale'?");
  CHECK(error("Z[p] = Q[e,p] * scale[]") == "23: cascade.einsums[0]: 'scale' is a constant, not a tensor");
  CHECK(error("Z[p] = Q[e,pp]") == "18: cascade.einsums[0]: unknown rank variable 'pp'; did you mean 'p'?");
  CHECK(error("Z[p] = Q[e,p+m]") ==
        "18: cascade.einsums[0]: an index is a variable, plus or minus a whole number; 'p+m' adds variables (views "
        "may; a band of pairs is a mask)");
  CHECK(error("Z[p] = Q[min(E, N),p]") == "16: cascade.einsums[0]: unknown name 'N'; known: E, P, M, M1, M0");
  CHECK(error("Z[p] = Q[N,p]") == "16: cascade.einsums[0]: unknown name 'N'; known: E, P, M, M1, M0");
}

TEST_CASE("an access must have the ranks of its tensor") {
  CHECK(error("Z[p] = K[e,p]") == "18: cascade.einsums[0]: K has ranks [E, M], got index 'p' for 'M'");
  CHECK(error("Z[m] = K[m,e]") == "16: cascade.einsums[0]: K has ranks [E, M], got index 'm' for 'E'");
  CHECK(error("Z[m] = K[m]") == "14: cascade.einsums[0]: K has ranks [E, M], got 1 index");
  CHECK(error("Z[m] = K") == "14: cascade.einsums[0]: K has ranks [E, M], got 0 indices");
  CHECK(error("Z[e] = K[e,m*2]") ==
        "18: cascade.einsums[0]: expected a variable, or a variable plus or minus a whole number, got 'm*2'");
}

TEST_CASE("a reduction lists exactly the ranks that are absent on the left") {
  CHECK(error("Z[e] = max[p] K[e,m]") == "18: cascade.einsums[0]: reduction over 'p', which no operand has");
  CHECK(error("Z[e] = max[e] K[e,m]") == "18: cascade.einsums[0]: reduction over 'e', which the output has");
  CHECK(error("Z = max[m] K[e,m]") ==
        "7: cascade.einsums[0]: 'e' is absent on the left and not in the list of the reduction");
  CHECK(error("Z[e] = max[m,m] K[e,m]") == "20: cascade.einsums[0]: reduction over 'm', which is listed twice");
  CHECK(error("Z[e] = max[] K[e,m]") == "7: cascade.einsums[0]: a reduction over no rank");
}

TEST_CASE("a mask runs over ranks of the Einsum") {
  CHECK(error("Z[e] = K[e,m] where Q[e,p]") == "31: cascade.einsums[0]: the mask has 'p', which no operand has");
}

TEST_CASE("a left side is plain") {
  CHECK(error("Z[0] = K[e,m]") ==
        "9: cascade.einsums[0]: an index on the left is a variable, or a variable + 1, got '0'");
  CHECK(error("Z[m+2] = K[e,m]") ==
        "9: cascade.einsums[0]: an index on the left is a variable, or a variable + 1, got 'm+2'");
  CHECK(error("Z[m,m] = K[e,m]") == "11: cascade.einsums[0]: rank 'M' appears twice in 'Z'");
  CHECK(error("Z[m+1,e+1] = K[e,m]") == "13: cascade.einsums[0]: 'Z' is iterated over two ranks");
  CHECK(error("Q[e,p] = K[e,m]") == "7: cascade.einsums[0]: 'Q' is already an input");
  CHECK(error("exp[e] = K[e,m]") ==
        "7: cascade.einsums[0]: 'exp' is a word of the language and names no tensor or constant");
  CHECK(error_of([] {
          parse("X: [M]", "Z", {"Z[m] = X[m]", "Z[m] = X[m]"});
        }) == "t.yaml:7:7: cascade.einsums[1]: 'Z' is written twice");
}

TEST_CASE("a view stands for another tensor's data") {
  const Cascade c = parse("K: [E, M]", "Z", {"Z[e] = B[e,m1,m0]"},
                          "  partitions: {M: [M1, M0]}\n  views: [\"B[e,m1,m0] = K[e,m]\"]\n");
  const Tensor& view = c.tensors[c.tensor("B")];
  CHECK(view.view_of->tensor == c.tensor("K"));
  CHECK(view.producer == EinsumId());
  CHECK(c.einsums.size() == 1);
}

TEST_CASE("wrong views are refused") {
  const auto view_error = [](const std::string& view) {
    return error_of([&] {
      parse("K: [E, M]", "Z", {"X[m+1] = K[0,m]", "Z[e] = B[e,m1,m0]"},
            "  initial: {X: 0}\n  partitions: {M: [M1, M0]}\n  views:\n    - " + view + "\n");
    });
  };
  const std::string start = "t.yaml:8:7: cascade.views[0]: ";
  CHECK(view_error("B[e,m1,m0] = K[e,m] * 2") == start + "a view is one access, such as 'BK[e,m1,m0] = K[e,m]'");
  CHECK(view_error("B[e,m0,m1] = K[e,m]") == start +
                                                 "'B' has ranks [E, M0, M1], which are not those of 'K', [E, M], "
                                                 "with partitions in place of wholes");
  CHECK(view_error("B[e,m1] = K[e,0]") == start +
                                              "'B' has ranks [E, M1], which are not those of 'K', [E, M], "
                                              "with partitions in place of wholes");
  CHECK(view_error("B[m1,m0] = X[m]") == start + "an iterated tensor has no views");
}

}  // namespace tilewright::test::TEST_FILE
