#include "einsum/sum_view.hpp"

#include <catch2/catch.hpp>

#include "einsum/interpret.hpp"
#include "einsum/passes.hpp"
#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade viewed(const std::string& view, const std::vector<std::string>& einsums, const std::string& inputs,
               const std::string& shapes = "") {
  return parse(inputs, "Z", einsums,
               (shapes.empty() ? "" : "  shapes: {" + shapes + "}\n") + "  views:\n    - " + view + "\n");
}

std::string error(const std::string& view) {
  const std::string text = error_of([&] { viewed(view, {"Z[p] = V[p,r] * W[r]"}, "X: [P], W: [R], Y: [H]"); });
  const std::string prefix = "t.yaml:6:";
  return text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
}

std::vector<double> values(const Cascade& cascade, const std::map<std::string, double>& shapes,
                           const std::map<std::string, std::vector<double>>& inputs) {
  return interpret(cascade, rank_shapes(cascade, shapes), inputs).at("Z").values;
}

std::size_t passes_over(const Cascade& cascade, const std::string& rank) {
  for (const RankPasses& each : count_passes(cascade, ByRank<double>(cascade.ranks.size(), 2)))
    if (cascade.ranks[each.rank].name == rank) return each.passes.size();
  return 0;
}

}  // namespace

TEST_CASE("a window reads neighbours, and nothing beyond the ends") {
  const Cascade c = viewed("V[p,r] = X[p+r-1]", {"Z[p] = V[p,r] * W[r]"}, "X: [P], W: [R]");
  CHECK(values(c, {{"P", 4}, {"R", 3}}, {{"X", {1, 2, 3, 4}}, {"W", {1, 10, 100}}}) ==
        std::vector<double>{210, 321, 432, 43});
}

TEST_CASE("strides and dilations are factors, of numbers and of extents") {
  const Cascade c = viewed("V[q,r] = X[2*q+R*r]", {"Z[q] = V[q,r] * W[r]"}, "X: [P], W: [R]", "Q: 2");
  CHECK(values(c, {{"P", 6}, {"R", 2}}, {{"X", {1, 2, 3, 4, 5, 6}}, {"W", {1, 10}}}) ==
        std::vector<double>{31, 53});
}

TEST_CASE("an index runs backwards, and two ranks change places") {
  const Cascade back = viewed("V[u] = X[P-1-u]", {"Z[u] = V[u] * 1"}, "X: [P]", "U: P");
  CHECK(values(back, {{"P", 3}}, {{"X", {1, 2, 3}}}) == std::vector<double>{3, 2, 1});
  const Cascade renamed = viewed("V[s,r] = X[s,r]", {"Z[s,r] = V[s,r] * W[r]"}, "X: [P, Q], W: [R]", "S: P");
  CHECK(values(renamed, {{"P", 2}, {"Q", 2}, {"R", 2}}, {{"X", {1, 2, 3, 4}}, {"W", {1, 10}}}) ==
        std::vector<double>{1, 20, 3, 40});
}

TEST_CASE("what is skewed is the product of pairs by their distance") {
  const Cascade c = viewed("V[m,p] = D[p,m-p+M-1]", {"Z[m,p] = V[m,p] * K[m]"}, "D: [P, R], K: [M]");
  CHECK(values(c, {{"P", 2}, {"M", 2}, {"R", 3}}, {{"D", {0, 1, 2, 3, 4, 5}}, {"K", {1, 1}}}) ==
        std::vector<double>{1, 3, 2, 4});
}

TEST_CASE("an input that is read through sums is read no more often than it has elements") {
  const Cascade c = viewed("V[p,r] = X[p+r-1]", {"Z[p] = V[p,r] * W[r]"}, "X: [P], W: [R]");
  CHECK(read_elements(c, c.tensor("X"), rank_shapes(c, {{"P", 8}, {"R", 3}})) == 8);
  const Cascade few = viewed("V[q,r] = X[8*q+r]", {"Z[q] = V[q,r] * W[r]"}, "X: [P], W: [R]", "Q: 2");
  CHECK(read_elements(few, few.tensor("X"), rank_shapes(few, {{"P", 100}, {"R", 3}})) == 6);
}

TEST_CASE("a window moves with its rank; backwards needs the whole fibre") {
  const std::string inputs = "X: [P], W: [R]";
  const Cascade window = viewed("V[p,r] = A[p+r-1]", {"A[p] = X[p] * 2", "Z[p] = V[p,r] * W[r]"}, inputs);
  CHECK(passes_over(window, "P") == 1);
  const Cascade back =
      viewed("V[u] = A[P-1-u]", {"A[p] = X[p] * 2", "B = V[u] * 1", "Z[p] = B[] * X[p] * W[r]"}, inputs, "U: P");
  CHECK(passes_over(back, "P") == 2);
}

TEST_CASE("a step of an iteration reads others of its step only where the rank stands alone") {
  const auto parsed = [](const std::string& index) {
    return parse("X: [T, P]", "Z", {"A[t,p] = X[t,p] + S[t,p]", "S[t+1,p] = V[t,p] * 2", "Z[t,p] = S[t,p] * 1"},
                 "  initial: {S: 0}\n  views:\n    - V[t,p] = A[" + index + "]\n");
  };
  CHECK_NOTHROW(parsed("t,p-1"));
  CHECK(error_of([&] { parsed("t+1,p"); }).find("cyclic dependence: A -> S -> A") != std::string::npos);
}

TEST_CASE("what is no sum of variables is refused") {
  CHECK(
      error("V[p,r] = X[p*r]") ==
      "18: cascade.views[0]: expected a sum of variables, each with factors that are numbers or extents of ranks, "
      "as in '2*h+r-1', got 'p*r'");
  CHECK(error("V[p,r] = X[p+r/2]").find("expected a sum of variables") != std::string::npos);
  CHECK(error("V[p,r] = X[p+h]") == "18: cascade.views[0]: the view has no rank variable 'h'");
  CHECK(error("V[p,r] = X[p+1]") == "7: cascade.views[0]: no index has 'r'");
  CHECK(error("V[p,r] = X[r-p]") ==
        "18: cascade.views[0]: 'p' has a factor in its own rank; give the view a rank of its own");
  CHECK(error("V[p,r] = X[2*p+r]").find("'p' has a factor in its own rank") != std::string::npos);
  CHECK(error("V[p,r] = X[p+r,r]") == "16: cascade.views[0]: X has ranks [P], got 2 indices");
}

TEST_CASE("a view by sums is read at its own variables, and rules know none") {
  const auto parsed = [] { return viewed("V[p,r] = X[p+r]", {"Z[p] = V[p,r-1] * W[r]"}, "X: [P], W: [R]"); };
  CHECK(error_of(parsed).find("'V', a view by sums, is read at its own variables, got 'r-1'") != std::string::npos);
  const Cascade c = viewed("V[p,r] = X[p+r]", {"Z[p] = V[p,r] * W[r]"}, "X: [P], W: [R]");
  CHECK(error_of([&] {
          refuse_sum_views(c, "rules");
        }).find("cascade.views: rules know no views by sums of variables, as 'V' is one") != std::string::npos);
  CHECK(print_cascade(c).find("V[p,r] = X[p+r]") != std::string::npos);
}

TEST_CASE("factors that are no whole numbers are refused with the shapes") {
  const Cascade c = viewed("V[q,r] = X[0.5*q+r]", {"Z[q] = V[q,r] * W[r]"}, "X: [P], W: [R]", "Q: 2");
  CHECK(error_of([&] {
          values(c, {{"P", 2}, {"R", 1}}, {{"X", {1, 2}}, {"W", {1}}});
        }).find("the factors and addends of '0.5*q+r' are not whole numbers of at most 2^31") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
