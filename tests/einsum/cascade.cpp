#include "einsum/cascade.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a cascade finds ranks, tensors and Einsums by name") {
  const Cascade c = parse("Q: [E, P], K: [E, M]", "QK", {"QK[m,p] = Q[e,p] * K[e,m]"});
  CHECK(c.ranks[c.rank("M")].variable == "m");
  CHECK(c.rank_of_variable("p") == c.rank("P"));
  CHECK(c.rank_of_variable("P") == RankId());
  CHECK(c.tensors[c.tensor("QK")].producer == c.einsum("QK"));
  CHECK(c.tensors[c.tensor("Q")].producer == EinsumId());
  CHECK(c.tensors[c.tensor("QK")].role == Tensor::Role::output);
}

TEST_CASE("an unknown name of a cascade names the nearest") {
  const Cascade c = parse("Query: [E, P], K: [E, M]", "Score", {"Score[m,p] = Query[e,p] * K[e,m]"});
  CHECK(error_of([&] { (void)c.tensor("Qery"); }) == "unknown tensor 'Qery'; did you mean 'Query'?");
  CHECK(error_of([&] { (void)c.einsum("Scor"); }) == "unknown Einsum 'Scor'; did you mean 'Score'?");
  CHECK(error_of([&] { (void)c.rank("XYZZY"); }) == "unknown rank 'XYZZY'; known: E, P, M");
}

TEST_CASE("accesses are the operands from left to right, without the filter") {
  const Cascade c = parse("A: [M], B: [M], C: [M]", "Z", {"Z[m] = exp(B[m] - A[m]) * B[m] where C[m]"});
  std::string names;
  for (const Access* access : accesses(c.einsums[EinsumId::at(0)].body)) names += c.tensors[access->tensor].name;
  CHECK(names == "BAB");
}

}  // namespace tilewright::test::TEST_FILE
