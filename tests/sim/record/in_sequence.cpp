#include <string>

#include <catch2/catch.hpp>

#include "sim/record/record.hpp"

using namespace tilewright;

namespace {

using Fields = std::vector<std::pair<std::string, RecordValue>>;

Record record_of(const Fields& fields) {
  Record record;
  for (const auto& [name, value] : fields) record.add(name, value);
  return record;
}

/// One second on a level and a unit; `more` are further fields.
Record short_part(const Fields& more = {}) {
  Record record = record_of({{"cascade", "first"},
                             {"arch", "a"},
                             {"shape.M", 8.0},
                             {"time_s", 1.0},
                             {"cycles", 10.0},
                             {"energy_J", 2.0},
                             {"edp_Js", 2.0},
                             {"binding", "array"},
                             {"bound.time_s", 0.5},
                             {"bound.ratio", 2.0},
                             {"unit.array.utilisation", 0.8},
                             {"unit.array.energy_J", 1.5},
                             {"level.L2.read_B", 100.0},
                             {"level.L2.used_B", 30.0},
                             {"level.L2.capacity_B", 64.0},
                             {"einsum.Z.points", 6.0}});
  for (const auto& [name, value] : more) record.set(name, value);
  return record;
}

Record long_part(const Fields& more = {}) {
  Record record = record_of({{"cascade", "second"},
                             {"arch", "a"},
                             {"shape.M", 8.0},
                             {"time_s", 3.0},
                             {"cycles", 30.0},
                             {"energy_J", 5.0},
                             {"edp_Js", 15.0},
                             {"binding", "DRAM"},
                             {"bound.time_s", 1.5},
                             {"bound.ratio", 2.0},
                             {"unit.array.utilisation", 0.4},
                             {"unit.array.energy_J", 0.5},
                             {"level.L2.read_B", 20.0},
                             {"level.L2.used_B", 50.0},
                             {"level.L2.capacity_B", 64.0},
                             {"level.L2.spilled", 0.25},
                             {"einsum.Y.points", 7.0},
                             {"unit.array.einsum.Y.utilisation", 0.4}});
  for (const auto& [name, value] : more) record.set(name, value);
  return record;
}

Record without(const Record& record, const std::string& left_out) {
  Record result;
  for (const auto& [name, value] : record.fields())
    if (name != left_out) result.add(name, value);
  return result;
}

}  // namespace

TEST_CASE("times, cycles, energies, bytes and points add up") {
  const Record record = in_sequence({short_part(), long_part()});
  CHECK(record.number("time_s") == 4);
  CHECK(record.number("cycles") == 40);
  CHECK(record.number("energy_J") == 7);
  CHECK(record.number("unit.array.energy_J") == 2);
  CHECK(record.number("bound.time_s") == 2);
  CHECK(record.number("level.L2.read_B") == 120);
  CHECK(record.number("einsum.Z.points") == 6);
  CHECK(record.number("einsum.Y.points") == 7);
}

TEST_CASE("ratios and products are of the sums") {
  const Record record = in_sequence({short_part(), long_part()});
  CHECK(record.number("edp_Js") == 7 * 4);
  CHECK(record.number("bound.ratio") == 4 / 2);
}

TEST_CASE("utilisations are weighted by time") {
  const Record record = in_sequence({short_part(), long_part()});
  CHECK(record.number("unit.array.utilisation") == Approx(0.25 * 0.8 + 0.75 * 0.4));
  CHECK(record.number("unit.array.einsum.Y.utilisation") == Approx(0.75 * 0.4));
}

TEST_CASE("space is used one after another") {
  for (const Record& record :
       {in_sequence({short_part(), long_part()}), in_sequence({long_part(), short_part()})}) {
    CHECK(record.number("level.L2.used_B") == 50);
    CHECK(record.number("level.L2.capacity_B") == 64);
    CHECK(record.number("level.L2.spilled") == 0.25);
    CHECK(record.number("shape.M") == 8);
  }
}

TEST_CASE("what binds is what binds the longest part") {
  CHECK(in_sequence({short_part(), long_part()}).text("binding") == "DRAM");
  CHECK(in_sequence({long_part(), short_part()}).text("binding") == "DRAM");
  CHECK(
      in_sequence({short_part(), long_part(), short_part({{"binding", "L2"}, {"time_s", 3.5}})}).text("binding") ==
      "L2");
}

TEST_CASE("different texts are listed once each") {
  const Record record = in_sequence({short_part(), long_part(), short_part()});
  CHECK(record.text("cascade") == "first + second");
  CHECK(record.text("arch") == "a");
}

TEST_CASE("warnings are joined as those of one record") {
  const Record record = in_sequence({short_part({{"warnings", "one; two"}}), long_part({{"warnings", "three"}})});
  CHECK(record.text("warnings") == "one; two; three");
}

TEST_CASE("what one part does not know of a sum makes the sum unknown") {
  const Record first = without(without(short_part(), "energy_J"), "edp_Js");
  for (const Record& record : {in_sequence({first, long_part()}), in_sequence({long_part(), first})}) {
    CHECK(record.find("energy_J") == nullptr);
    CHECK(record.find("edp_Js") == nullptr);
    CHECK(record.number("time_s") == 4);
  }
  CHECK(in_sequence({without(short_part(), "unit.array.energy_J"), long_part()}).find("unit.array.energy_J") ==
        nullptr);
  const Record unbounded =
      in_sequence({without(without(short_part(), "bound.time_s"), "bound.ratio"), long_part()});
  CHECK(unbounded.find("bound.time_s") == nullptr);
  CHECK(unbounded.find("bound.ratio") == nullptr);
}

TEST_CASE("what the parts do not agree on is left out") {
  const Record record = in_sequence({short_part({{"shape.M", 9.0}, {"area_m2", 2.0}, {"parameter.N", 1.0}}),
                                     long_part({{"area_m2", 3.0}, {"parameter.N", 1.0}})});
  CHECK(record.find("shape.M") == nullptr);
  CHECK(record.find("area_m2") == nullptr);
  CHECK(record.number("parameter.N") == 1);
}

TEST_CASE("one part is itself, and names keep their order") {
  CHECK(in_sequence({long_part()}).fields() == long_part().fields());
  const Record record = in_sequence({short_part(), long_part()});
  CHECK(record.fields().front().first == "cascade");
  CHECK(record.fields().back().first == "unit.array.einsum.Y.utilisation");
}
