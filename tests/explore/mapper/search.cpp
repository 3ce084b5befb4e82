#include <catch2/catch.hpp>

#include "mappings/space/parse_mapspace.hpp"
#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/require_best.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

void require_best_of(unsigned seed) {
  Random random(seed);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed % 4];
  CAPTURE(seed, objective);
  if (seed % 3 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {2, random.one_of({1, 2, 3}), 2}), objective);
  } else if (seed % 3 == 1) {
    const Cascade cascade = two_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), random.one_of({1, 2})}), objective);
  } else {
    const Cascade cascade = three_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3})}), objective);
  }
}

}  // namespace

TEST_CASE("the mapping found is the best of all, one by one", "[mapper]") {
  require_best_of(GENERATE(range(0u, 24u)));
}

TEST_CASE("the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_of(GENERATE(range(24u, 300u)));
}

TEST_CASE("no mapping is outside of the front found", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 12u));
  Random random(seed + 1000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time,energy", "traffic,buffer", "energy,buffer,time"}[seed % 3];
  CAPTURE(seed, objective);
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_front(problem_of(cascade, arch, {2, random.one_of({1, 2}), 2}), objective);
  } else {
    const Cascade cascade = two_steps();
    require_front(problem_of(cascade, arch, {2, random.one_of({1, 2})}), objective);
  }
}

namespace {

// Queries and keys as they come, and the other way round.
void require_best_masked(unsigned seed) {
  Random random(seed + 5000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed / 3 % 4];
  const char* pattern = std::array{"causal", "sliding,left=1", "sliding,left=0,right=1", "s2,shards=1"}[seed % 3];
  const bool swapped = seed / 6 % 2 == 1;
  CAPTURE(seed, objective, pattern, swapped);
  const WorkloadMask mask = mask_of(pattern, swapped ? "N" : "M", swapped ? "M" : "N");
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), 2, random.one_of({1, 2})}, {&mask}), objective);
  } else {
    const Cascade cascade = two_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3, 4}), random.one_of({2, 4})}, {&mask}), objective);
  }
}

}  // namespace

TEST_CASE("under a mask the mapping found is the best of all that skip blocks", "[mapper]") {
  require_best_masked(GENERATE(range(0u, 3u)));
}
TEST_CASE("under a mask the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_masked(GENERATE(range(3u, 8u)));
}
TEST_CASE("under a mask no mapping is outside of the front found", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 3u));
  Random random(seed + 7000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time,energy", "traffic,buffer", "energy,buffer,time"}[seed % 3];
  const WorkloadMask mask = mask_of("causal", "M", "N");
  CAPTURE(seed, objective);
  const Cascade cascade = two_steps();
  require_front(problem_of(cascade, arch, {2, random.one_of({2, 4})}, {&mask}), objective);
}

namespace {

// Rows of X, and perhaps weights, are shared: H rows of A read H / `groups` of them.
Cascade shared_rows() {
  return cascade_of("  inputs: {A: [H, M], X: [H, M]}\n  outputs: [Z]\n  einsums:\n    - Z[h] = A[h,m] * X[h,m]\n");
}
Cascade shared_rows_in_two_steps() {
  return cascade_of(
      "  inputs: {A: [H], X: [H, M]}\n  outputs: [Z]\n  einsums:\n    - T[h] = exp(A[h])\n    - Z[m] = T[h] * "
      "X[h,m]\n");
}

void require_best_shared(unsigned seed) {
  Random random(seed + 9000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed / 2 % 4];
  CAPTURE(seed, objective);
  const Cascade cascade = seed % 2 == 0 ? shared_rows() : shared_rows_in_two_steps();
  MapConditions given;
  given.groups = random.one_of({1, 2});
  given.shared = SharedRank{cascade.rank("H"), ByTensor<char>(cascade.tensors.size(), 0), 0};
  for (const TensorId tensor : cascade.tensors.ids())
    given.shared->tensors[tensor] = static_cast<char>(cascade.tensors[tensor].name == "X");
  require_best(problem_of(cascade, arch, {4, random.one_of({1, 2})}, given), objective);
}

}  // namespace

TEST_CASE("where heads share keys the mapping found is the best of all", "[mapper]") {
  require_best_shared(GENERATE(range(0u, 12u)));
}
TEST_CASE("where heads share keys the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_shared(GENERATE(range(12u, 30u)));
}

TEST_CASE("a running value is written in the group of those that take it step by step", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 6u));
  Random random(seed + 11000);
  const Arch arch = random_arch(random);
  const Cascade cascade = cascade_of(
      "  inputs: {X: [M], W: [N]}\n  outputs: [Z]\n  initial: {R: 1}\n  einsums:\n"
      "    - T[m] = R[m] * X[m]\n    - R[m+1] = T[m] * X[m]\n    - Z[n] = R[M] * W[n]\n");
  MapProblem problem = problem_of(cascade, arch, {4, 2});
  BruteForce model(problem);
  for (const MappingOption& option : search_partitions(problem, Objective::parse("time,energy,buffer"), {}).options)
    CHECK(model.score_of({{}, option.groups}).has_value());
  // T and R in groups of their own: there is none.
  problem.space = parse_mapspace(Yaml::parse("mapspace: {max_fused: 1}", "s.yaml"), cascade, arch);
  CHECK(search_partitions(problem, Objective::parse("time"), {}).options.empty());
}

}  // namespace tilewright::test::TEST_FILE
