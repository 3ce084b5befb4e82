#include "einsum/declare.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Declarations around one Einsum that is right for them.
std::string error(const std::string& more, const std::string& inputs = "K: [E, M]") {
  return error_of([&] { parse(inputs, "Z", {"Z[e] = K[e,m]"}, more); });
}

}  // namespace

TEST_CASE("ranks come from inputs, then shapes, then partitions") {
  const Cascade c = parse("K: [E, M]", "Z", {"Z[e,x] = K[e,m]"},
                          "  partitions: {M: [M1, M0]}\n  shapes: {X: 2 * E, M1: M / M0}\n");
  std::string names;
  for (const Rank& rank : c.ranks) names += rank.name + " ";
  CHECK(names == "E M X M1 M0 ");
  CHECK(c.ranks[c.rank("M1")].shape->text() == "M / M0");
  CHECK(c.partitions[0].whole == c.rank("M"));
  CHECK(c.partitions[0].parts == std::vector<RankId>{c.rank("M1"), c.rank("M0")});
}

TEST_CASE("wrong ranks are refused") {
  CHECK(error("", "K: [E, m]") ==
        "t.yaml:3:19: cascade.inputs.K[1]: a rank is named in upper-case letters, digits and '_', got 'm'");
  CHECK(error("", "K: [E, E]") == "t.yaml:3:19: cascade.inputs.K[1]: rank 'E' appears twice in 'K'");
  CHECK(error("  shapes: {Y: 4}\n") == "t.yaml:5:15: cascade.shapes.Y: no tensor has rank 'Y'");
}

TEST_CASE("so many names that no analysis would end are refused") {
  std::string ranks = "E";
  std::string inputs = "K: [E, M]";
  for (int i = 0; i < 3000; ++i) {
    ranks += ", R" + std::to_string(i);
    inputs += ", I" + std::to_string(i) + ": [M]";
  }
  CHECK(error("", "K: [" + ranks + "]").ends_with(": cascade.inputs.K[250]: more than 250 ranks"));
  CHECK(error("", inputs).ends_with(": cascade.inputs.I1999: more than 2000 tensors and constants"));
  std::vector<std::string> einsums = {"Z0[m] = K[m]"};
  for (int i = 1; i < 3000; ++i) einsums.push_back(fmt::format("Z{}[m] = Z{}[m]", i, i - 1));
  CHECK(
      error_of([&] { parse("K: [M]", "Z2999", einsums, ""); }).ends_with(": more than 2000 tensors and constants"));
}

TEST_CASE("wrong partitions are refused") {
  CHECK(error("  partitions: {N: [N1, N0]}\n") ==
        "t.yaml:5:19: cascade.partitions.N: partition of unknown rank 'N'; known: E, M");
  CHECK(error("  partitions: {M: [M1]}\n") ==
        "t.yaml:5:19: cascade.partitions.M: a partition has at least two parts");
  CHECK(error("  partitions: {M: [M1, M1]}\n") ==
        "t.yaml:5:24: cascade.partitions.M[1]: rank 'M1' is already in a partition");
  CHECK(error("  partitions: {M: [M1, M0], E: [E1, M0]}\n") ==
        "t.yaml:5:37: cascade.partitions.E[1]: rank 'M0' is already in a partition");
  CHECK(error("  partitions: {M: [M1, M0], E: [E1, M]}\n") ==
        "t.yaml:5:37: cascade.partitions.E[1]: rank 'M' is partitioned itself");
  CHECK(error("  partitions: {M: [E, M0], E: [E1, E0]}\n") ==
        "t.yaml:5:31: cascade.partitions.E: rank 'E' is already in a partition");
}

TEST_CASE("wrong names are refused") {
  CHECK(error("", "max: [M]") ==
        "t.yaml:3:17: cascade.inputs.max: 'max' is a word of the language and names no tensor or constant");
  CHECK(error("  constants: {where: 1}\n") ==
        "t.yaml:5:22: cascade.constants.where: 'where' is a word of the language and names no tensor or constant");
  CHECK(error("  constants: {K: 1}\n") == "t.yaml:3:15: cascade.inputs.K: 'K' is already a constant");
  CHECK(error("  constants: {a-b: 1}\n") ==
        "t.yaml:5:20: cascade.constants.a-b: a name is a letter, then letters, digits and '_', got 'a-b'");
}

TEST_CASE("a cascade without inputs is refused") {
  CHECK(error("", "") == "t.yaml:3:11: cascade.inputs: a cascade has at least one input");
}

}  // namespace tilewright::test::TEST_FILE
