#include "sim/nest/cycle/shares.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

const ResourceId array = ResourceId::at(0);
const ResourceId memory = ResourceId::at(1);
const ByResource<double> capacity{1, 10};

/// Ends of two pieces of work that begin together; the first has precedence.
std::pair<double, double> ends(const std::vector<Demand>& first, const std::vector<Demand>& second) {
  Shares shares(capacity, 1);
  shares.begin({.owner = 0, .precedence = 0, .demands = first});
  shares.begin({.owner = 1, .precedence = 1, .demands = second});
  std::pair<double, double> result;
  shares.divide(0);
  for (int i = 0; i < 2; ++i) {
    const double now = shares.next_end();
    SharedWork ended;
    while (shares.take_ended(now, ended)) (ended.owner == 0 ? result.first : result.second) = now;
    shares.divide(now);
    if (shares.running().empty()) break;
  }
  return result;
}

}  // namespace

TEST_CASE("a unit works for the first, and then for the next") {
  CHECK(ends({{array, 4}}, {{array, 3}}) == std::pair(4.0, 7.0));
}

TEST_CASE("what the first cannot use of a unit is the next one's") {
  // The first moves 80 B in 8 cycles, in which it uses half of the array.
  CHECK(ends({{array, 4}, {memory, 80}}, {{array, 3}}) == std::pair(8.0, 6.0));
}

TEST_CASE("a memory serves all alike, and what one does not want is the others'") {
  CHECK(ends({{memory, 40}}, {{memory, 40}}) == std::pair(8.0, 8.0));
  CHECK(ends({{memory, 40}}, {{memory, 20}}) == std::pair(6.0, 4.0));
  CHECK(ends({{array, 10}, {memory, 20}}, {{memory, 80}}) == std::pair(10.0, 10.0));
}

TEST_CASE("work that needs nothing is over at once, a bubble after its cycles") {
  CHECK(ends({}, {{array, 2}}) == std::pair(0.0, 2.0));
  Shares shares(capacity, 1);
  shares.begin({.owner = 0, .precedence = 0, .demands = {}, .least_cycles = 5});
  shares.divide(3);
  CHECK(shares.next_end() == 8);
}

}  // namespace tilewright::test::TEST_FILE
