#include "mappings/uses.hpp"

#include <catch2/catch.hpp>

#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade running() {
  return cascade_of(
      "  shapes: {M1: M / M0}\n"
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M, P], MASK: [M1, P]}\n"
      "  outputs: [Z]\n"
      "  initial: {R: 0}\n"
      "  views: [\"BA[m1,m0,p] = A[m,p]\"]\n"
      "  einsums:\n"
      "    - L[m1,p] = max[m0] BA[m1,m0,p] where MASK[m1,p]\n"
      "    - R[m1+1,p] = max(R[m1,p], L[m1,p])\n"
      "    - D[m1,p] = L[m1,p] - R[m1+1,p]\n"
      "    - Z[p] = D[m1,p] * R[M1,p]\n");
}

std::vector<RankId> ranks(const Cascade& cascade, const std::vector<std::string>& names) {
  std::vector<RankId> ids;
  for (const std::string& name : names) ids.push_back(cascade.rank(name));
  return ids;
}

const Einsum& einsum(const Cascade& cascade, const std::string& name) {
  return cascade.einsums[cascade.einsum(name)];
}

}  // namespace

TEST_CASE("a view is a use of the tensor that has the data, through the view's ranks") {
  const Cascade cascade = running();
  CHECK(stored(cascade, cascade.tensor("BA")) == cascade.tensor("A"));
  CHECK(stored(cascade, cascade.tensor("L")) == cascade.tensor("L"));
  const auto uses = reads_of(cascade, einsum(cascade, "L"));
  REQUIRE(uses.size() == 2);
  CHECK(uses[0].tensor == cascade.tensor("A"));
  CHECK(uses[0].ranks == ranks(cascade, {"M1", "M0", "P"}));
  CHECK(uses[1].tensor == cascade.tensor("MASK"));
}

TEST_CASE("an iterated rank selects no element, and an earlier step is an older value") {
  const Cascade cascade = running();
  const auto of_R = reads_of(cascade, einsum(cascade, "R"));
  REQUIRE(of_R.size() == 2);
  CHECK(of_R[0].tensor == cascade.tensor("R"));
  CHECK(of_R[0].ranks == ranks(cascade, {"P"}));
  CHECK(of_R[0].older);
  CHECK_FALSE(of_R[1].older);
  CHECK_FALSE(reads_of(cascade, einsum(cascade, "D"))[1].older);
  const Use write = write_of(cascade, einsum(cascade, "R"));
  CHECK(write.ranks == ranks(cascade, {"P"}));
  CHECK_FALSE(write.older);
}

TEST_CASE("a fixed coordinate selects no element by a loop") {
  const Cascade cascade = running();
  const Use last = reads_of(cascade, einsum(cascade, "Z"))[1];
  CHECK(last.ranks == ranks(cascade, {"P"}));
  CHECK_FALSE(last.older);
}

TEST_CASE("a list contains its ranks") {
  const std::vector<RankId> list{RankId::at(1), RankId::at(3)};
  CHECK(contains(list, RankId::at(3)));
  CHECK_FALSE(contains(list, RankId::at(2)));
}

}  // namespace tilewright::test::TEST_FILE
