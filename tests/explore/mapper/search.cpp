#include <catch2/catch.hpp>

#include "mappings/space/parse_mapspace.hpp"
#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/require_best.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Shapes of which not all sizes of tiles and lanes are divisors, too.
void require_best_of(unsigned seed) {
  Random random(seed);
  const Arch arch = random_arch(random);
  CAPTURE(seed);
  if (seed % 3 == 0) {
    const Cascade cascade = product();
    const std::vector<std::vector<double>> shapes{{2, 2, 2}, {2, 5, 1}, {5, 2, 1}, {1, 2, 5},
                                                  {5, 1, 2}, {2, 3, 2}, {3, 1, 3}, {1, 7, 2}};
    require_best(problem_of(cascade, arch, shapes[random.below(shapes.size())]));
  } else if (seed % 3 == 1) {
    const Cascade cascade = two_steps();
    const std::vector<std::vector<double>> shapes{{2, 2}, {3, 1}, {5, 1}, {1, 5}, {2, 3}};
    require_best(problem_of(cascade, arch, shapes[random.below(shapes.size())]));
  } else {
    const Cascade cascade = three_steps();
    require_best(problem_of(cascade, arch, {seed == 44 ? 3. : 2.}));
  }
}

}  // namespace

TEST_CASE("the mapping found is the best of all, one by one", "[mapper]") {
  require_best_of(GENERATE(range(0u, 14u)));
}

TEST_CASE("the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_of(GENERATE(range(14u, 30u)));
}

namespace {

// Of 10, tiles of 4 leave 2 beside two whole ones: enough for lanes that want the same to be of several numbers.
void require_best_with_remainders(unsigned seed) {
  Random random(seed + 15000);
  const Arch arch = random_arch(random);
  CAPTURE(seed);
  const std::vector<std::vector<double>> shapes{{10, 2, 1}, {10, 1, 2}, {2, 10, 1}, {1, 2, 10}};
  const Cascade cascade = product();
  require_best(problem_of(cascade, arch, shapes[random.below(shapes.size())]));
}

}  // namespace

TEST_CASE("of products with remainders the mapping found is the best of all", "[mapper]") {
  require_best_with_remainders(GENERATE(range(0u, 24u)));
}

namespace {

// Queries and keys as they come, and the other way round.
void require_best_masked(unsigned seed) {
  Random random(seed + 5000);
  const Arch arch = random_arch(random);
  const char* pattern = std::array{"causal", "sliding,left=1", "sliding,left=0,right=1", "s2,shards=1"}[seed % 3];
  const bool swapped = seed / 6 % 2 == 1;
  CAPTURE(seed, pattern, swapped);
  const WorkloadMask mask = mask_of(pattern, swapped ? "N" : "M", swapped ? "M" : "N");
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), 2, random.one_of({1, 2})}, {&mask}));
  } else {
    const Cascade cascade = two_steps();
    const double queries = seed < 3 ? 2 : random.one_of({2, 3, 4});
    const double keys = queries > 2 ? 2 : random.one_of({2, 4});
    require_best(problem_of(cascade, arch, {queries, keys}, {&mask}));
  }
}

}  // namespace

TEST_CASE("under a mask the mapping found is the best of all that skip blocks", "[mapper]") {
  require_best_masked(GENERATE(range(0u, 3u)));
}
TEST_CASE("under a mask the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_masked(GENERATE(range(3u, 6u)));
}
// Of pairs on the diagonal, tiles of one query and one key leave half of the work, but have no part for a second
// lane.
TEST_CASE("lanes take no more than a tile of the mask", "[mapper]") {
  const Arch arch =
      ArchFile(
          Yaml::parse(
              "arch:\n  name: a\n  clock_Hz: 1 GHz\n  levels:\n"
              "    - {name: outer, access_B: 1, read_J: 1 pJ, write_J: 1 pJ}\n"
              "    - {name: middle, parent: outer, capacity_B: 100, access_B: 1, read_J: 1 pJ, write_J: 1 pJ}\n"
              "  units:\n    - {name: array, lanes: 2, operations: {multiply_add: "
              "{cycles: 1, energy_J: 1 pJ}}}\n",
              "a.yaml"))
          .with();
  const WorkloadMask mask = mask_of("sliding,left=0", "M", "N");
  const Cascade cascade = product();
  require_best(problem_of(cascade, arch, {2, 1, 2}, {&mask}), {"time"});
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
  CAPTURE(seed);
  const Cascade cascade = seed % 2 == 0 ? shared_rows() : shared_rows_in_two_steps();
  MapConditions given;
  given.groups = random.one_of({1, 2});
  given.shared = SharedRank{cascade.rank("H"), ByTensor<char>(cascade.tensors.size(), 0), 0};
  for (const TensorId tensor : cascade.tensors.ids())
    given.shared->tensors[tensor] = static_cast<char>(cascade.tensors[tensor].name == "X");
  require_best(problem_of(cascade, arch, {4, random.one_of({1, 2})}, given));
}

}  // namespace

TEST_CASE("where heads share keys the mapping found is the best of all", "[mapper]") {
  require_best_shared(GENERATE(range(0u, 12u)));
}
TEST_CASE("where heads share keys the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_shared(GENERATE(range(12u, 20u)));
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
  problem.constrain(parse_mapspace(Yaml::parse("mapspace: {max_fused: 1}", "s.yaml"), cascade, arch));
  CHECK(search_partitions(problem, Objective::parse("time"), {}).options.empty());
}

}  // namespace tilewright::test::TEST_FILE
