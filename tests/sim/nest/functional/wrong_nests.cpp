// Nests that are wrong, most of them in a way that no check of their tree or its numbers sees.
#include <catch2/catch.hpp>

#include "tests/sim/nest/functional/functional_run.hpp"
#include "tests/sim/nest/random_mask.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A running sum over M, and what each step of it weighs.
Cascade running_sums() {
  return cascade_of(
      "  inputs: {X: [M, P], W: [M, P]}\n"
      "  outputs: [Y, Z]\n"
      "  initial: {R: 0}\n"
      "  einsums:\n"
      "    - R[m+1,p] = R[m,p] + X[m,p]\n"
      "    - Y[m,p] = R[m+1,p] + W[m,p]\n"
      "    - Z[p] = exp(R[M,p])\n");
}

Model running(const std::string& nest) {
  return {running_sums(),
          small_arch(),
          mapping_text("[keep: {DRAM: [X, W, Y, Z]}, " + nest + "]"),
          {{"M", 4}, {"P", 6}}};
}

const std::string once =
    "keep: {L2: [R]}, for: [m: M, p: P], {each: [[{compute: R, on: array}], [{compute: Y, on: array}], [{compute: "
    "Z, "
    "on: array}]]}";

bool is_refused(const Model& model) {
  Result result;
  try {
    Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  } catch (const InputError&) {
    return true;
  }
  return false;
}

/// The same Einsum once more, behind all others of its branch.
void compute_again(Model& model, const std::string& einsum) {
  auto& nodes = model.mapping.tree.nodes;
  for (const NodeId node : nodes.ids()) {
    const auto* compute = std::get_if<Compute>(&nodes[node].what);
    if (compute == nullptr || model.cascade.einsums[compute->einsum].name != einsum) continue;
    const Node again = nodes[node];
    nodes.push_back(again);
    model.mapping.written.push_back(model.mapping.written[node]);
    evaluate_frame(model.mapping, model.cascade, model.given, model.frame);
    return;
  }
}

}  // namespace

TEST_CASE("a running value is the same at each step as the interpreter's", "[functional]") {
  const Model model = running(once);
  REQUIRE(!is_refused(model));
  const FunctionalRun run(model);
  CHECK(run.fault() == "");
  CHECK(run.same());
}

// No text makes such a tree: it is refused where it is read.
TEST_CASE("a running value that is updated twice is found", "[functional]") {
  const Cascade cascade = cascade_of(
      "  inputs: {X: [M, P], W: [M, P]}\n"
      "  outputs: [Y]\n"
      "  initial: {R: 0}\n"
      "  einsums:\n"
      "    - Y[m,p] = R[m,p] + W[m,p]\n"
      "    - R[m+1,p] = R[m,p] + X[m,p]\n");
  Model model(
      cascade, small_arch(),
      mapping_text("[keep: {DRAM: [X, W, Y]}, keep: {L2: [R]}, for: [m: M, p: P], {each: [[{compute: Y, on: "
                   "array}], [{compute: R, on: array}]]}]"),
      {{"M", 4}, {"P", 6}});
  CHECK(FunctionalRun(model).fault() == "");
  compute_again(model, "R");
  CHECK(FunctionalRun(model).fault() == "R at m=0,p=0 runs twice");
}

// The registers have the one sum whatever the step, so the estimate fetches it once.
TEST_CASE("a copy of a running value that no step renews is found", "[functional]") {
  const Model model = running(
      "keep: {L2: [R]}, for: [p: P, m: M], {each: [[{compute: R, on: array}], [keep: {RF: [R]}, {compute: Y, on: "
      "array}], [{compute: Z, on: array}]]}");
  REQUIRE(!is_refused(model));
  const FunctionalRun run(model);
  CHECK_THAT(run.fault(), Catch::StartsWith("Y at m=1,p=0 reads R[2,0] in RF: it is "));
  CHECK(!run.same());
}

TEST_CASE("a tile that is used after it has left is found", "[functional]") {
  const Model model(
      chain_cascade(), small_arch(),
      mapping_text("[keep: {DRAM: [A, B, C, U]}, {for: [l: L, m: M]}, {keep: {L2: [T]}}, {each: [[{for: "
                   "[n: N, k: K]}, {compute: T, on: array}], [{for: [n: N]}, {compute: U, on: array}]]}]"),
      {{"M", 2}, {"K", 3}, {"N", 2}, {"L", 2}});
  CHECK(is_refused(model));  // the check of coverage sees this one
  CHECK_THAT(FunctionalRun(model).fault(),
             Catch::StartsWith("U at m=0,l=1,n=0 reads T[0,0] in L2: nothing is there"));
}

TEST_CASE("an Einsum runs when the loop above it has completed what it reads", "[functional]") {
  const Model model(
      chain_cascade(), small_arch(),
      mapping_text("[keep: {DRAM: [A, B, C, U]}, {keep: {L2: [T]}}, {for: [k: K, m: M, n: N]}, {each: "
                   "[[{compute: T, on: array}], [{for: [l: L]}, {compute: U, on: array}]]}]"),
      {{"M", 2}, {"K", 3}, {"N", 2}, {"L", 2}});
  const FunctionalRun run(model);
  CHECK(run.fault() == "");  // in the last iteration over k
  CHECK(run.same());
}

TEST_CASE("a step that a mask does not leave empty is missed", "[functional]") {
  const Model model(
      scores_in_parts(), small_arch(),
      mapping_text("[keep: {DRAM: [Q, K, D, N, Z, G, A]}, {keep: {L2: [S, L]}}, {each: [[{for: [p: P, m1: "
                   "M1, m0: M0, e: E]}, {compute: S, on: array}], [{for: [p: P, m1: M1, m0: M0]}, "
                   "{compute: L, on: array}], [{for: [p: P, m1: M1]}, {compute: Z, on: array}], [{for: "
                   "[m1: M1, m0: M0, p: P]}, {compute: G, on: array}], [{for: [m: M]}, {compute: A, on: "
                   "array}]]}]"),
      {{"E", 2}, {"P", 8}, {"M", 8}, {"M0", 2}});
  const WorkloadMask causal = workload_mask("causal");
  const WorkloadMask narrower = workload_mask("sliding,left=2");
  const FunctionalRun right(model, &causal);
  CHECK(right.fault() == "");
  CHECK(right.same());
  const FunctionalRun wrong(model, &causal, &narrower);
  CHECK_THAT(wrong.fault(), Catch::StartsWith("Z at p=7,m1=2 reads L[2,7] in L2: it is "));
  CHECK(!wrong.same());
}

}  // namespace tilewright::test::TEST_FILE
