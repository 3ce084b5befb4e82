#include "sim/nest/cycle/repetition.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

Snapshot at(double cycle, std::int64_t tile, double state) {
  return {.cycle = cycle, .tile = tile, .state = {state}, .counts = {2 * cycle}, .tracks = {tile}};
}

}  // namespace

TEST_CASE("a loop goes ahead to its last but one iteration once three in a row are alike") {
  Repetition repetition(1);
  CHECK(repetition.rounds(0, 1, 100, at(17, 4, 1)) == 0);
  CHECK(repetition.rounds(0, 2, 100, at(27, 8, 1)) == 0);
  CHECK(repetition.rounds(0, 3, 100, at(37, 12, 1)) == 0);
  CHECK(repetition.rounds(0, 4, 100, at(47, 16, 1)) == 94);
  CHECK(repetition.round(0).cycles == 10);
  CHECK(repetition.round(0).tiles == 4);
  CHECK(repetition.round(0).counts == std::vector<double>{20});
}

TEST_CASE("another state or another time is no repetition") {
  Repetition repetition(1);
  for (int i = 1; i < 20; ++i) CHECK(repetition.rounds(0, i, 100, at(10 * i, 4 * i, i)) == 0);
  for (int i = 20; i < 40; ++i) CHECK(repetition.rounds(0, i, 100, at(10 * i + i * i, 4 * i, 0)) == 0);
}

TEST_CASE("short loops are gone through") {
  Repetition repetition(1);
  for (int i = 1; i < 5; ++i) CHECK(repetition.rounds(0, i, 5, at(10 * i, 4 * i, 0)) == 0);
}

}  // namespace tilewright::test::TEST_FILE
