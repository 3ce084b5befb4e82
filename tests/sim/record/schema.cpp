#include "sim/record/schema.hpp"

#include <set>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

#include "sim/record/record.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string field_name(const std::string& name) {
  const Field* field = find_field(name);
  return field == nullptr ? "" : std::string(field->name);
}

}  // namespace

TEST_CASE("names are of the field whose capitals they fill") {
  CHECK(field_name("time_s") == "time_s");
  CHECK(field_name("unit.array_2d.utilisation") == "unit.U.utilisation");
  CHECK(field_name("unit.array.einsum.Z.utilisation") == "unit.U.einsum.E.utilisation");
  CHECK(field_name("traffic.L2.A.Z.fill_B") == "traffic.L.T.E.fill_B");
  CHECK(field_name("shape.M") == "shape.R");
  CHECK(field_name("unit.U.utilisation") == "unit.U.utilisation");
}

TEST_CASE("what fills no field is of none") {
  for (const std::string name : {"", ".", "time", "time_S", "TIME_S", "time_s.", ".time_s", "time_s.x", "unit",
                                 "unit.array", "unit..busy_s", "unit.array.busy_S", "unit.array.busy_s.x",
                                 "unit.array.busy_s.", "traffic.L2.A.fill_B", "shape.", "shape"}) {
    INFO(name);
    CHECK(find_field(name) == nullptr);
    CHECK_THROWS_WITH(field_of(name), "result records have no field '" + name + "'");
  }
}

TEST_CASE("the nearest field keeps the names that the other has") {
  CHECK(nearest_field("unit.array.utilization") == "; did you mean 'unit.array.utilisation'?");
  CHECK(nearest_field("tim_s") == "; did you mean 'time_s'?");
}

TEST_CASE("every field is there once, says what it means, and its unit is the one in its name") {
  std::set<std::string_view> names;
  for (const Field& field : fields()) {
    INFO(field.name);
    CHECK(names.insert(field.name).second);
    CHECK(find_field(field.name) == &field);
    CHECK_FALSE(field.meaning.empty());
    for (const std::string unit : {"s", "B", "J", "m2"})
      CHECK((field.name.ends_with("_" + unit) && !field.name.ends_with("_per_" + unit)) == (field.unit == unit));
    const bool is_text = field.combine == Combine::joined || field.combine == Combine::longest;
    CHECK(is_text == (field.kind == ValueKind::text));
    CHECK((field.combine == Combine::derived) == !field.formula.left.empty());
  }
}

TEST_CASE("formulas are of numbers that stand before them") {
  for (const Field& field : fields()) {
    if (field.combine != Combine::derived) continue;
    INFO(field.name);
    for (const std::string_view pattern : {field.formula.left, field.formula.right}) {
      const Field& of = field_of(operand(pattern, field.name));
      CHECK(of.kind == ValueKind::number);
      CHECK(&of < &field);
    }
  }
  CHECK(operand("share.S.time_s", "share.mask.of_time") == "share.mask.time_s");
}

TEST_CASE("columns have the dimension of their field") {
  CHECK(column_of(field_of("level.L2.read_B"), "x").dimension == dimension::bytes);
  CHECK(column_of(field_of("area_m2"), "x").dimension == dimension::square_metres);
  CHECK(column_of(field_of("unit.a.utilisation"), "x").percent);
  CHECK_FALSE(column_of(field_of("bound.ratio"), "x").percent);
  CHECK(column_of(field_of("cycles"), "heading").name == "heading");
  CHECK(column_of(field_of("cycles"), "x").dimension == dimension::number);
}

TEST_CASE("the table has a row for every field") {
  const Table table = table_of_fields();
  REQUIRE(table.rows.size() == fields().size());
  const std::string csv = table.str(Table::Format::csv);
  CHECK(csv.starts_with("name,unit,kind,in_sequence,meaning\n"));
  for (const std::string row :
       {"\npoint.AXIS,,either,same,", "\ntime_s,s,number,sum of all,", "\nlevel.L.read_B,B,number,sum,",
        "\nedp_Js,J s,number,energy_J * time_s,", "\nbinding,,text,of the longest,",
        "\nlevel.L.used_B,B,number,maximum,", "\nunit.U.utilisation,share,number,mean over time,",
        "\nkernel.of_peak,share,number,mean over time of all,"})
    CHECK(csv.find(row) != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
