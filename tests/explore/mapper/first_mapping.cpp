#include <catch2/catch.hpp>

#include "einsum/shapes.hpp"
#include "explore/library.hpp"
#include "explore/mapper/partition_search.hpp"

namespace tilewright::test::TEST_FILE {

// Attention of twelve Einsums at 2^18 keys, each search ended after so many looks at the limits.
TEST_CASE("a search of many Einsums that soon ends has a good mapping", "[mapper]") {
  Library library;
  const Cascade& cascade = library.cascade("attention-1pass");
  const Arch arch = library.arch("fusemax/proposal").with({});
  const double keys = 1 << 18;
  const ByRank<double> shapes =
      rank_shapes(cascade, {{"B", 64}, {"H", 12}, {"P", keys}, {"M", keys}, {"M0", 256}, {"E", 64}, {"F", 64}});
  const MapProblem problem(cascade, arch, shapes, ByTensor<double>(cascade.tensors.size(), 2), {});
  int looks = 0;
  Surroundings around;
  around.stop = [&] { return ++looks > 200; };
  const PartitionResult found = search_partitions(problem, Objective::parse("time"), around);
  REQUIRE_FALSE(found.options.empty());
  CHECK_FALSE(found.count.ended);
  CHECK(found.options.front().score.time_s < 1.01 * found.bound.time_s);
}

}  // namespace tilewright::test::TEST_FILE
