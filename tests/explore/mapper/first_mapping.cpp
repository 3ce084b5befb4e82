#include <catch2/catch.hpp>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "einsum/shapes.hpp"
#include "explore/library.hpp"
#include "explore/mapper/partition_search.hpp"
#include "explore/mapper/structure.hpp"
#include "mappings/space/parse_mapspace.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Attention of twelve Einsums at 2^18 keys.
MapProblem many_einsums(const Cascade& cascade, const Arch& arch) {
  const double keys = 1 << 18;
  return {cascade,
          arch,
          rank_shapes(cascade, {{"B", 64}, {"H", 12}, {"P", keys}, {"M", keys}, {"M0", 256}, {"E", 64}, {"F", 64}}),
          ByTensor<double>(cascade.tensors.size(), 2),
          {}};
}

// Its small memory has room for little; lanes of the vector unit are fewer than registers, and reach none of them.
Arch small_memory() {
  return ArchFile(Yaml::parse(R"(
arch:
  name: edge
  clock_Hz: 1 GHz
  levels:
    - {name: DRAM, bandwidth_B_per_s: 50 GB/s, read_J: 2 nJ, write_J: 2 nJ, access_B: 64 B}
    - {name: SRAM, parent: DRAM, capacity_B: 512 KiB, read_J: 100 pJ, write_J: 120 pJ, access_B: 64 B}
    - {name: registers, parent: SRAM, instances: 4096, capacity_B: 64 B, read_J: 0.1 pJ, write_J: 0.1 pJ, access_B: 2 B}
  units:
    - name: array
      lanes: 4096
      operations: {multiply_add: {cycles: 1, energy_J: 1 pJ}, max: {cycles: 1, energy_J: 1 pJ}}
    - name: vector
      lanes: 64
      operations:
        multiply_add: {cycles: 1, energy_J: 1 pJ}
        add: {cycles: 1, energy_J: 1 pJ}
        subtract: {cycles: 1, energy_J: 1 pJ}
        multiply: {cycles: 1, energy_J: 1 pJ}
        max: {cycles: 1, energy_J: 1 pJ}
        divide: {cycles: 8, energy_J: 4 pJ}
        exp: {cycles: 8, energy_J: 6 pJ}
)",
                              "edge.yaml"))
      .with();
}

// Attention with projections.
Cascade layer() {
  return parse_cascade(Yaml::parse(R"(
cascade:
  name: layer
  inputs: {X: [P, D], WQ: [H, E, D], K: [H, M, E], V: [H, M, F], WO: [N, H, F], W1: [U, N], W2: [O, U]}
  outputs: [Y]
  einsums:
    - Q[h,p,e] = X[p,d] * WQ[h,e,d]
    - QK[h,p,m] = Q[h,p,e] * K[h,m,e]
    - GM[h,p] = max[m] QK[h,p,m]
    - SN[h,p,m] = exp(QK[h,p,m] - GM[h,p])
    - SD[h,p] = SN[h,p,m]
    - SNV[h,p,f] = SN[h,p,m] * V[h,m,f]
    - AV[h,p,f] = SNV[h,p,f] / SD[h,p]
    - Z[p,n] = AV[h,p,f] * WO[n,h,f]
    - F1[p,u] = Z[p,n] * W1[u,n]
    - Y[p,o] = F1[p,u] * W2[o,u]
)",
                                   "layer.yaml"));
}

// Of a search that ends after so many looks at its limits.
PartitionResult soon_ended(const MapProblem& problem, const GroupStructure* avoid = nullptr, int enough = 200) {
  int looks = 0;
  Surroundings around;
  around.stop = [&] { return ++looks > enough; };
  around.avoid = avoid;
  return search_partitions(problem, Objective::parse("time"), around);
}

}  // namespace

TEST_CASE("a search of many Einsums that soon ends has a good mapping", "[mapper]") {
  Library library;
  const Arch arch = library.arch("fusemax/proposal").with({});
  const MapProblem problem = many_einsums(library.cascade("attention-1pass"), arch);
  const PartitionResult found = soon_ended(problem);
  REQUIRE_FALSE(found.options.empty());
  CHECK_FALSE(found.count.ended);
  CHECK(found.options.front().score.time_s < 1.01 * found.bound.time_s);
}

TEST_CASE("a first mapping has tensors in lanes only where all that use them reach these", "[mapper]") {
  Library library;
  const Arch arch = small_memory();
  const MapProblem problem = many_einsums(library.cascade("attention-1pass"), arch);
  const PartitionResult found = soon_ended(problem);
  REQUIRE_FALSE(found.options.empty());
  CHECK(found.options.front().score.time_s < 1.5 * found.bound.time_s);
}

TEST_CASE("where not all Einsums may be in one group, smaller ones have mappings at once", "[mapper]") {
  Library library;
  const Arch arch = library.arch("fusemax/proposal").with({});
  const Cascade cascade = layer();
  const std::map<std::string, double> shapes{{"P", 256}, {"M", 256}, {"D", 256},  {"H", 4},  {"E", 64},
                                             {"F", 64},  {"N", 256}, {"U", 1024}, {"O", 256}};
  MapProblem problem(cascade, arch, rank_shapes(cascade, shapes), ByTensor<double>(cascade.tensors.size(), 2), {});
  problem.constrain(parse_mapspace(Yaml::parse("mapspace: {max_fused: 9}", "s.yaml"), cascade, arch));
  const PartitionResult found = soon_ended(problem, nullptr, 2000);
  REQUIRE_FALSE(found.options.empty());
  CHECK(found.options.front().groups.size() > 1);
  CHECK(found.options.front().score.time_s < 2 * found.bound.time_s);
}

TEST_CASE("a first mapping of many Einsums is none of the structure that is avoided", "[mapper]") {
  Library library;
  const Arch arch = library.arch("fusemax/proposal").with({});
  const MapProblem problem = many_einsums(library.cascade("attention-1pass"), arch);
  const GroupStructure avoid = structure_of(soon_ended(problem).options.front().groups.front(), arch);
  const PartitionResult other = soon_ended(problem, &avoid);
  REQUIRE_FALSE(other.options.empty());
  for (const GroupPlan& group : other.options.front().groups) CHECK_FALSE(structure_of(group, arch) == avoid);
}

}  // namespace tilewright::test::TEST_FILE
