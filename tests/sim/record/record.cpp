#include "sim/record/record.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

using Names = std::vector<std::string>;

Names names_of(const Record& record) {
  Names names;
  for (const auto& [name, value] : record.fields()) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("values are found by name and kind") {
  Record record;
  record.add("binding", "text");
  record.add("cycles", 2.0);
  CHECK(names_of(record) == Names{"binding", "cycles"});
  CHECK(record.number("cycles") == 2);
  CHECK(record.text("binding") == "text");
  CHECK(*record.find("cycles") == RecordValue(2.0));
  CHECK(record.find("time_s") == nullptr);
  CHECK_FALSE(record.number("binding"));
  CHECK_FALSE(record.number("time_s"));
  CHECK(record.text("cycles").empty());
  CHECK(record.text("time_s").empty());
}

TEST_CASE("numbers that are not finite are left out") {
  Record record;
  for (const double value : {no_number, infinite, -infinite}) record.add("time_s", value);
  CHECK(record.fields().empty());
  record.add("time_s", 0.0);
  record.add("binding", "nan");
  CHECK(names_of(record) == Names{"time_s", "binding"});
}

TEST_CASE("a name that no field has is a fault of the program, and so is a value of another kind") {
  Record record;
  CHECK_THROWS_AS(record.add("tme_s", 1.0), std::logic_error);
  CHECK_THROWS_WITH(record.add("unit.array.load", no_number), "result records have no field 'unit.array.load'");
  CHECK_THROWS_WITH(record.add("time_s", "1"), "a value of field 'time_s' is of another kind");
  CHECK_THROWS_WITH(record.add("binding", 1.0), "a value of field 'binding' is of another kind");
  CHECK(record.fields().empty());
  record.add("point.model", "T5");
  record.add("point.rows", 8.0);
  CHECK(names_of(record) == Names{"point.model", "point.rows"});
}

TEST_CASE("derived values are made of those that are there") {
  Record record;
  record.add("time_s", 3.0);
  record.add("share.mask.time_s", 0.75);
  record.add_derived("share.mask.of_time");
  CHECK(record.number("share.mask.of_time") == 0.25);
  record.add_derived("edp_Js");
  CHECK(record.find("edp_Js") == nullptr);
  record.add("energy_J", 2.0);
  record.add_derived("edp_Js");
  CHECK(record.number("edp_Js") == 6);
}

TEST_CASE("a table has a column for every name, in order of first appearance") {
  Record first;
  first.add("cycles", 1.0);
  first.add("binding", "x");
  Record second;
  second.add("energy_J", 3.0);
  second.add("binding", "y, z");
  second.add("cycles", 0.1);
  const Table table = to_table({first, second, {}});
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[2].name == "energy_J");
  CHECK(table.columns[2].dimension == dimension::joules);
  CHECK(table.str(Table::Format::csv) == "cycles,binding,energy_J\n1,x,\n0.1,\"y, z\",3\n,,\n");
  CHECK(to_table({second, first}).str(Table::Format::csv) == "energy_J,binding,cycles\n3,\"y, z\",0.1\n,x,1\n");
  CHECK(to_table({}).columns.empty());
}

}  // namespace tilewright::test::TEST_FILE
