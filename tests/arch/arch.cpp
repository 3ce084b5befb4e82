#include "arch/arch.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Arch small() {
  Arch arch;
  arch.levels.resize(2);
  arch.levels.front().name = "DRAM";
  arch.levels[LevelId::at(1)].name = "buffer";
  arch.units.push_back({"array", 4, false, {{"exp", 6, 1e-12}}, 3e-6});
  arch.levels.front().area_m2 = 0;
  arch.levels[LevelId::at(1)].area_m2 = 2e-6;
  arch.other_area_m2 = 1e-6;
  return arch;
}

}  // namespace

TEST_CASE("levels and units are found by name") {
  CHECK(small().level("buffer") == LevelId::at(1));
  CHECK(small().unit("array") == UnitId::at(0));
}

TEST_CASE("a name that is not there is refused with the nearest") {
  CHECK(message_of([] { (void)small().level("bufer"); }) == "no level 'bufer'; did you mean 'buffer'?");
  CHECK(message_of([] { (void)small().level("HBM"); }) == "no level 'HBM'; known: DRAM, buffer");
  CHECK(message_of([] { (void)small().unit("aray"); }) == "no unit 'aray'; did you mean 'array'?");
}

TEST_CASE("a unit knows what it can do") {
  CHECK(small().units.front().find("exp")->cycles == 6);
  CHECK(small().units.front().find("add") == nullptr);
}

TEST_CASE("the area is the sum of all parts, and unknown if one is") {
  Arch arch = small();
  CHECK(arch.area_m2() == Approx(6e-6));
  arch.levels.front().area_m2 = unknown;
  CHECK(std::isnan(arch.area_m2()));
}

}  // namespace tilewright::test::TEST_FILE
