#include "einsum/graph.hpp"

#include <catch2/catch.hpp>

#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string names(const Cascade& cascade, const std::vector<EinsumId>& ids) {
  std::string text;
  for (const EinsumId id : ids) text += cascade.einsums[id].name + " ";
  return text;
}

std::string dependences_of(const Cascade& cascade, const char* einsum) {
  return names(cascade, dependences(cascade)[cascade.einsum(einsum)]);
}

}  // namespace

TEST_CASE("dependences leave out an iteration's own earlier steps") {
  const Cascade c = shipped("attention-1pass");
  CHECK(dependences_of(c, "QK") == "");
  CHECK(dependences_of(c, "RM") == "LM ");
  CHECK(dependences_of(c, "PRM") == "RM ");
  CHECK(dependences_of(c, "SPD") == "PRM ");
  CHECK(dependences_of(c, "RD") == "SLD SPD ");
  CHECK(dependences_of(c, "AV") == "RD RNV ");
}

TEST_CASE("dependences go through views and filters, and name an Einsum once") {
  const Cascade c = parse("X: [M]", "Z", {"Y[m] = X[m] * 2", "F[m1] = V[m1,0]", "Z = V[m1,m0] * Y[0] where F[m1]"},
                          "  partitions: {M: [M1, M0]}\n  views: [\"V[m1,m0] = Y[m]\"]\n");
  CHECK(dependences_of(c, "Z") == "Y F ");
}

TEST_CASE("the critical path is the chain with the most operations") {
  const Cascade c =
      parse("X: [M, N]", "Z", {"A[m] = X[m,n]", "B[m] = exp(X[m,0] - X[m,1])", "Z[m] = A[m] * B[m] * 2"});
  const CriticalPath wide = critical_path(c, rank_shapes(c, {{"M", 3}, {"N", 10}}));
  CHECK(names(c, wide.einsums) == "A Z ");
  CHECK(wide.operations == 30 + 6);
  const CriticalPath narrow = critical_path(c, rank_shapes(c, {{"M", 3}, {"N", 1}}));
  CHECK(names(c, narrow.einsums) == "B Z ");
  CHECK(narrow.operations == 6 + 6);
}

TEST_CASE("the critical path does not depend on the order of the file") {
  const Cascade c = parse("X: [M]", "Z", {"Z[m] = exp(R[m])", "R[m+1] = R[m] + X[m]"}, "  initial: {R: 0}\n");
  const CriticalPath path = critical_path(c, rank_shapes(c, {{"M", 5}}));
  CHECK(names(c, path.einsums) == "R Z ");
  CHECK(path.operations == 10);
}

TEST_CASE("independent products do not add up") {
  const Cascade c = shipped("encoder-linear");
  const auto shapes = rank_shapes(c, {{"T", 2}, {"D", 3}, {"G", 5}, {"U", 7}});
  const CriticalPath path = critical_path(c, shapes);
  CHECK(names(c, path.einsums) == "FF1 FF2 ");
  CHECK(path.operations == 2 * (2 * 3 * 7));
}

TEST_CASE("the graph as text") {
  const Cascade c = parse("X: [M]", "Z", {"R[m+1] = R[m] + X[m]", "Z = R[M]"}, "  initial: {R: 0}\n");
  CHECK(to_dot(c) ==
        "digraph \"t\" {\n"
        "  \"X\" [shape=ellipse];\n"
        "  \"R\" [shape=box, label=\"R[m+1] = R[m] + X[m]\"];\n"
        "  \"R\" -> \"R\" [label=\"R\", style=dashed];\n"
        "  \"X\" -> \"R\" [label=\"X\"];\n"
        "  \"Z\" [shape=box, label=\"Z[] = R[M]\"];\n"
        "  \"R\" -> \"Z\" [label=\"R\"];\n"
        "  \"output Z\" [shape=ellipse, label=\"Z\"];\n"
        "  \"Z\" -> \"output Z\" [label=\"Z\"];\n"
        "}\n");
}

}  // namespace tilewright::test::TEST_FILE
