#include "sim/record/compare.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

Record record(double time_s, double energy_J, const std::string& binding) {
  Record record;
  record.add("arch", "same");
  record.add("time_s", time_s);
  record.add("energy_J", energy_J);
  record.add("binding", binding);
  return record;
}

}  // namespace

TEST_CASE("what differs most stands first, up or down, texts last") {
  Record second = record(2, 5, "array");
  second.add("cycles", 7.0);
  const auto changed = differences(record(1, 20, "memory"), second);
  REQUIRE(changed.size() == 4);
  CHECK(changed[0].name == "energy_J");
  CHECK(changed[0].ratio == 0.25);
  CHECK(changed[1].name == "time_s");
  CHECK(changed[1].ratio == 2);
  CHECK(changed[2].name == "binding");
  CHECK_FALSE(changed[2].ratio);
  CHECK(changed[3].name == "cycles");
  CHECK_FALSE(changed[3].first);
}

TEST_CASE("records that are the same differ in nothing") {
  CHECK(differences(record(1, 2, "array"), record(1, 2, "array")).empty());
}

TEST_CASE("a number that was 0 has no ratio") {
  CHECK_FALSE(differences(record(0, 2, "array"), record(3, 2, "array")).front().ratio);
}

TEST_CASE("tables are for people or exact") {
  const auto changed = differences(record(1e-3, 2, "array"), record(2e-3, 2, "array"));
  CHECK(std::get<std::string>(table_of(changed, false).rows[0][1]) == "1 ms");
  CHECK(std::get<double>(table_of(changed, true).rows[0][2]) == 2e-3);
}

}  // namespace tilewright::test::TEST_FILE
