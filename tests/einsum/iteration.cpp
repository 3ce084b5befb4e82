#include "einsum/iteration.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// "{QK} {LM} {RM over M1}".
std::string text(const Cascade& cascade) {
  std::string result;
  for (const Group& group : execution_groups(cascade)) {
    result += "{";
    for (const EinsumId id : group.einsums) result += (result.back() == '{' ? "" : " ") + cascade.einsums[id].name;
    if (group.iterated) result += " over " + cascade.ranks[group.iterated].name;
    result += "}";
  }
  return result;
}

}  // namespace

TEST_CASE("Einsums that depend on each other's earlier steps run together") {
  const std::string groups = text(shipped("attention-1pass"));
  CHECK(groups.find("{RM over M1}") != std::string::npos);
  CHECK(groups.find("{SPD RD over M1}") != std::string::npos);
  CHECK(groups.find("{SPNV RNV over M1}") != std::string::npos);
  CHECK(groups.find("{PRM}") != std::string::npos);
  CHECK(groups.find("{RM over M1}") < groups.find("{PRM}"));
  CHECK(groups.find("{PRM}") < groups.find("{SPD RD over M1}"));
}

TEST_CASE("groups are in an order of execution where the file is not") {
  const Cascade c = parse("X: [M]", "Z", {"Z[m] = R[m] * 2", "R[m+1] = R[m] + X[m]"}, "  initial: {R: 0}\n");
  CHECK(text(c) == "{R over M}{Z}");
  CHECK(group_of_einsums(c) == ByEinsum<std::size_t>{1, 0});
}

TEST_CASE("which steps a read needs") {
  const Cascade c = parse("X: [M, P]", "Z", {"R[m+1,p] = R[m,p] + X[m,p]", "Z[m,p] = R[m,p] + R[m+1,p] + R[M,p]"},
                          "  initial: {R: 0}\n");
  const RankId m = c.rank("M");
  const auto read = reads(c, c.einsums[EinsumId::at(1)]);
  REQUIRE(read.size() == 3);
  CHECK(needs(c, c.einsums[EinsumId::at(1)], read[0], m) == Needs::earlier_step);
  CHECK(needs(c, c.einsums[EinsumId::at(1)], read[1], m) == Needs::same_step);
  CHECK(needs(c, c.einsums[EinsumId::at(1)], read[2], m) == Needs::all_steps);
  CHECK(reads_earlier_step(c, c.einsums[EinsumId::at(0)], reads(c, c.einsums[EinsumId::at(0)])[0]));
  CHECK_FALSE(reads_earlier_step(c, c.einsums[EinsumId::at(0)], reads(c, c.einsums[EinsumId::at(0)])[1]));
}

TEST_CASE("a read of a view is a read of what it views, and a filter is a read") {
  const Cascade c = parse("K: [M], MASK: [M1]", "Z", {"Z[m1] = B[m1,m0] where MASK[m1]"},
                          "  partitions: {M: [M1, M0]}\n  views: [\"B[m1,m0] = K[m]\"]\n");
  const auto read = reads(c, c.einsums[EinsumId::at(0)]);
  REQUIRE(read.size() == 2);
  CHECK(read[0].tensor == c.tensor("K"));
  CHECK(read[0].access->tensor == c.tensor("B"));
  CHECK(read[1].tensor == c.tensor("MASK"));
}

TEST_CASE("an Einsum is computed on the longest of its operands, whatever filters it") {
  const Cascade c = parse("Q: [P], K: [M], MASK: [M1]", "Z", {"Z[m1,p] = Q[p] * B[m1,m0] where MASK[m1]"},
                          "  partitions: {M: [M1, M0]}\n  views: [\"B[m1,m0] = K[m]\"]\n");
  const Einsum& einsum = c.einsums[EinsumId::at(0)];
  const auto longest = [&](double query_B, double key_B) {
    ByTensor<double> element_B(c.tensors.size(), 8);
    element_B[c.tensor("Q")] = query_B;
    element_B[c.tensor("K")] = key_B;
    return operand_B(c, einsum, element_B);
  };
  CHECK(longest(1, 1) == 1);
  CHECK(longest(2, 1) == 2);
  CHECK(longest(1, 4) == 4);
}

TEST_CASE("the index that runs over a rank") {
  const Cascade c = parse("X: [M, P]", "Z", {"Z[p] = X[0,p+1]"});
  const Access& access = *accesses(c.einsums[EinsumId::at(0)].body)[0];
  CHECK(running_index(c, access, c.rank("M")) == nullptr);
  CHECK(running_index(c, access, c.rank("P"))->offset == 1);
}

}  // namespace tilewright::test::TEST_FILE
