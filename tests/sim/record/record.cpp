#include "sim/record/record.hpp"

#include <limits>
#include <string>

#include <catch2/catch.hpp>

using namespace tilewright;

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
  record.add("b", "text");
  record.add("a", 2.0);
  CHECK(names_of(record) == Names{"b", "a"});
  CHECK(record.number("a") == 2);
  CHECK(record.text("b") == "text");
  CHECK(*record.find("a") == RecordValue(2.0));
  CHECK(record.find("c") == nullptr);
  CHECK_FALSE(record.number("b"));
  CHECK_FALSE(record.number("c"));
  CHECK(record.text("a").empty());
  CHECK(record.text("c").empty());
}

TEST_CASE("numbers that are not finite are left out") {
  Record record;
  for (const double value : {no_number, infinite, -infinite}) record.add("x", value);
  CHECK(record.fields().empty());
  record.add("zero", 0.0);
  record.add("text", "nan");
  CHECK(names_of(record) == Names{"zero", "text"});
}

TEST_CASE("setting replaces in place, or adds at the end") {
  Record record;
  record.set("a", 1.0);
  record.set("b", 2.0);
  record.set("a", "text");
  CHECK(names_of(record) == Names{"a", "b"});
  CHECK(record.text("a") == "text");
  record.set("c", infinite);
  CHECK(record.find("c") == nullptr);
  record.set("b", no_number);
  CHECK(names_of(record) == Names{"a"});
}

TEST_CASE("a table has a column for every name, in order of first appearance") {
  Record first;
  first.add("b", 1.0);
  first.add("a", "x");
  Record second;
  second.add("c", 3.0);
  second.add("a", "y, z");
  second.add("b", 0.1);
  const Table table = to_table({first, second, {}});
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[2].name == "c");
  CHECK(table.str(Table::Format::csv) == "b,a,c\n1,x,\n0.1,\"y, z\",3\n,,\n");
  CHECK(to_table({second, first}).str(Table::Format::csv) == "c,a,b\n3,\"y, z\",0.1\n,x,1\n");
  CHECK(to_table({}).columns.empty());
}
