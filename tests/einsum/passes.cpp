#include "einsum/passes.hpp"

#include <catch2/catch.hpp>
#include <regex>

#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

ByRank<double> some_shapes(const Cascade& cascade) {
  std::map<std::string, double> given;
  for (const Rank& rank : cascade.ranks) {
    if (!rank.shape) given[rank.name] = 2;
  }
  for (const Partition& partition : cascade.partitions) {
    given[cascade.ranks[partition.whole].name] = 12;
    given[cascade.ranks[partition.parts.back()].name] = 4;
    given[cascade.ranks[partition.parts.front()].name] = 3;
  }
  return rank_shapes(cascade, given);
}

RankPasses passes_over(const Cascade& cascade, const std::string& rank) {
  for (const RankPasses& each : count_passes(cascade, some_shapes(cascade))) {
    if (each.rank == cascade.rank(rank)) return each;
  }
  FAIL("no passes over " + rank);
  return {};
}

/// "QK GM | SN SD | A AV".
std::string einsums(const Cascade& cascade, const RankPasses& passes) {
  std::string text;
  for (const Pass& pass : passes.passes) {
    text += text.empty() ? "" : "| ";
    for (const EinsumId id : pass.einsums) text += cascade.einsums[id].name + " ";
  }
  return text;
}

/// "QK 12 | SN 12 | ".
std::string live(const Cascade& cascade, const RankPasses& passes) {
  std::string text;
  for (const Pass& pass : passes.passes) {
    for (const LiveTensor& each : pass.live) {
      text += cascade.tensors[each.tensor].name + " " + std::to_string(static_cast<int>(each.elements)) + " ";
    }
    text += "| ";
  }
  return text;
}

/// The same cascade with every tensor and rank under another name.
Cascade renamed(const Cascade& cascade) {
  std::string text = print_cascade(cascade);
  for (const TensorId i : cascade.tensors.ids()) {
    text = std::regex_replace(text, std::regex("\\b" + cascade.tensors[i].name + "(?=[\\[:,\\]])"),
                              "Tensor" + std::to_string(i.index()) + "x");
  }
  for (const RankId i : cascade.ranks.ids()) {
    const std::string letters(i.index() + 1, 'R');
    text = std::regex_replace(text, std::regex("\\b" + cascade.ranks[i].name + "\\b"), letters + "_");
    const std::string small(i.index() + 1, 'r');
    text = std::regex_replace(text, std::regex("\\b" + cascade.ranks[i].variable + "\\b(?=[,+\\]])"), small + "_");
  }
  return parse_cascade(Yaml::parse(text, "renamed.yaml"));
}

struct Expected {
  const char* cascade;
  std::size_t passes;
};
const std::vector<Expected> published{{"attention-3pass", 3},   {"attention-2pass", 2},
                                      {"attention-1pass", 1},   {"attention-naive", 2},
                                      {"sigmoid-attention", 1}, {"attention-deferred-division", 2},
                                      {"attention-blocked", 1}};

}  // namespace

TEST_CASE("passes over the keys of the attention cascades") {
  for (const Expected& expected : published) {
    INFO(expected.cascade);
    CHECK(passes_over(shipped(expected.cascade), "M").passes.size() == expected.passes);
  }
}

TEST_CASE("passes do not depend on names") {
  for (const Expected& expected : published) {
    const Cascade original = shipped(expected.cascade);
    const Cascade other = renamed(original);
    INFO(print_cascade(other));
    for (const Tensor& tensor : other.tensors) CHECK(tensor.name.substr(0, 6) == "Tensor");
    const std::string keys = other.ranks[original.rank("M")].name;
    CHECK(passes_over(other, keys).passes.size() == expected.passes);
  }
}

TEST_CASE("which Einsums run in which pass, and what stays live") {
  const Cascade three = shipped("attention-3pass");
  CHECK(einsums(three, passes_over(three, "M")) == "QK GM | SN SD | A AV ");
  CHECK(live(three, passes_over(three, "M")) == "QK 2 | SN 2 | | ");
  const Cascade two = shipped("attention-2pass");
  CHECK(einsums(two, passes_over(two, "M")) == "QK LM SLN SLD | A AV ");
  CHECK(live(two, passes_over(two, "M")) == "SLN 12 PLM 3 | | ");
  const Cascade one = shipped("attention-1pass");
  CHECK(einsums(one, passes_over(one, "M")) == "QK LM SLN SLD SLNV ");
  CHECK(live(one, passes_over(one, "M")) == "| ");
}

TEST_CASE("passes over the other ranks of attention") {
  const Cascade c = shipped("attention-3pass");
  CHECK(passes_over(c, "E").passes.size() == 1);
  CHECK(passes_over(c, "P").passes.size() == 1);
  CHECK(passes_over(c, "F").passes.size() == 1);
}

TEST_CASE("a rank that is reduced between two products takes two passes of its readers") {
  const Cascade c = parse("X: [M]", "Z", {"S = X[m]", "Z[m] = X[m] / S[]"});
  CHECK(einsums(c, passes_over(c, "M")) == "S | Z ");
  CHECK(live(c, passes_over(c, "M")) == "X 2 | | ");
}

TEST_CASE("a tensor stays live over all passes up to its last reader") {
  const Cascade c = parse("X: [M]", "Z", {"Y[m] = exp(X[m])", "S = Y[m]", "T = Y[m] * S[]", "Z[m] = Y[m] * T[]"});
  CHECK(einsums(c, passes_over(c, "M")) == "Y S | T | Z ");
  CHECK(live(c, passes_over(c, "M")) == "Y 2 | Y 2 | | ");
}

TEST_CASE("a fixed element of a tensor that is made along the rank waits for the pass") {
  const Cascade c = parse("X: [M]", "Z", {"Y[m] = exp(X[m])", "Z[m] = X[m] / Y[0]"});
  CHECK(einsums(c, passes_over(c, "M")) == "Y | Z ");
}

TEST_CASE("an iteration over a rank is one pass, and its last value waits for it") {
  const Cascade c = parse("X: [M]", "Z", {"R[m+1] = R[m] + X[m]", "Y[m] = R[m+1] * 2", "Z[m] = Y[m] / R[M]"},
                          "  initial: {R: 0}\n");
  CHECK(einsums(c, passes_over(c, "M")) == "R Y | Z ");
}

TEST_CASE("an iteration over another rank brings a new fibre, not a new pass") {
  const Cascade c =
      parse("K: [N, M]", "Z", {"S[n] = K[n,m] * R[n]", "R[n+1] = R[n] + S[n]", "Z = R[N]"}, "  initial: {R: 1}\n");
  CHECK(einsums(c, passes_over(c, "M")) == "S ");
}

TEST_CASE("a result per tile that waits for a whole pass is no pass itself") {
  const Cascade c = parse(
      "X: [M1, M0], Q: [M]", "Z",
      {"L[m1] = X[m1,m0]", "G = L[m1]", "H[m1] = L[m1] - G[]", "J[m1] = H[m1] + 1", "Z = X[m1,m0] * J[m1] * Q[0]"},
      "  partitions: {M: [M1, M0]}\n");
  CHECK(einsums(c, passes_over(c, "M")) == "L | Z ");
  CHECK(live(c, passes_over(c, "M")) == "X 12 J 3 | | ");
}

TEST_CASE("a result with only inner parts, or a fixed outer coordinate, is complete after the last tile") {
  const std::string parts = "  partitions: {M: [M1, M0]}\n";
  const Cascade inner =
      parse("X: [M1, M0], Q: [M]", "Z",
            {"S[m0] = X[m1,m0] * Q[0]", "L[m1] = X[m1,m0]", "Z[m1,m0] = X[m1,m0] - S[m0] - L[m1]"}, parts);
  CHECK(einsums(inner, passes_over(inner, "M")) == "S L | Z ");
  const Cascade last = parse("X: [M1, M0], Q: [M]", "Z",
                             {"Y[m1,m0] = exp(X[m1,m0]) * Q[0]", "Z[m1,m0] = X[m1,m0] * Y[M1-1,m0]"}, parts);
  CHECK(einsums(last, passes_over(last, "M")) == "Y | Z ");
}

TEST_CASE("a rank that nothing traverses has no passes") {
  const Cascade c = parse("X: [M, P]", "Z", {"Z[p] = X[0,p]"});
  CHECK(passes_over(c, "M").passes.empty());
}

}  // namespace tilewright::test::TEST_FILE
