#include "explore/mapper/traffic_floor.hpp"

#include <catch2/catch.hpp>

#include "explore/mapper/partition_search.hpp"
#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// All of T along M is there when R is, and Z reads it again.
Cascade normalise() {
  return cascade_of(
      "  inputs: {A: [N, M], W: [M]}\n  outputs: [Z]\n  einsums:\n    - T[n,m] = exp(A[n,m])\n"
      "    - R[n] = T[n,m] * W[m]\n    - Z[n,m] = T[n,m] * R[n]\n");
}

TrafficFloor floor_of(const MapProblem& problem) {
  TrafficFloor floor;
  floor.add(problem);
  return floor;
}

}  // namespace

// Every mapping is beaten by one of the front, whose buffer is no larger: its floor is no lower.
TEST_CASE("no mapping moves less than the floor of its buffer", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 24u));
  Random random(seed + 9000);
  const Arch arch = random_arch(random);
  const Cascade cascade = seed % 3 == 0 ? two_steps() : normalise();
  const MapProblem problem = problem_of(cascade, arch, {random.one_of({1, 2}), random.one_of({4, 6, 8})});
  const TrafficFloor floor = floor_of(problem);
  CAPTURE(seed);
  for (const MappingOption& option : search_partitions(problem, Objective::parse("traffic,buffer"), {}).options)
    CHECK(option.score.traffic_B >= floor.least_B(option.score.buffer_B));
}

TEST_CASE("the floor bends where a fibre fits into all levels below the outermost") {
  Random random(1);
  const Cascade cascade = normalise();
  Arch arch = random_arch(random);
  arch.levels[arch.level("inner")].capacity_B = 2;  // in each of its instances
  const double inner_B = 2 * arch.levels[arch.level("inner")].instances;
  const TrafficFloor floor = floor_of(problem_of(cascade, arch, {5, 100}));
  CHECK(floor.bends_B() == std::vector<double>{100 - inner_B});
  const double compulsory_B = 5 * 100 + 100 + 5 * 100;
  CHECK(floor.least_B(100 - inner_B) == compulsory_B);
  CHECK(floor.least_B(90 - inner_B) == compulsory_B + 2 * 5 * 10);
}

TEST_CASE("of several shapes and cascades the least counts") {
  Random random(1);
  const Arch arch = random_arch(random);
  const Cascade one = normalise();
  const Cascade other = two_steps();
  TrafficFloor floor = floor_of(problem_of(one, arch, {5, 100}));
  floor.add(problem_of(other, arch, {4, 2}));
  CHECK(floor.least_B(0) == 4 + 8 + 2);
}

}  // namespace tilewright::test::TEST_FILE
