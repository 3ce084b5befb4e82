#include <catch2/catch.hpp>

#include "einsum/shapes.hpp"
#include "explore/library.hpp"
#include "explore/mapper/partition_search.hpp"
#include "explore/mapper/structure.hpp"

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

// Of a search that ends after so many looks at its limits.
PartitionResult soon_ended(const MapProblem& problem, const GroupStructure* avoid = nullptr) {
  int looks = 0;
  Surroundings around;
  around.stop = [&] { return ++looks > 200; };
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
