#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "sim/record/record.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Fields = std::vector<std::pair<std::string, RecordValue>>;

Record record_of(const Fields& fields) {
  Record record;
  for (const auto& [name, value] : fields) record.add(name, value);
  return record;
}

/// The record with these values in place of its own, or after them.
Record with(const Record& record, Fields more) {
  Record result;
  for (const auto& [name, value] : record.fields()) {
    const auto other = std::ranges::find(more, name, &Fields::value_type::first);
    result.add(name, other == more.end() ? value : other->second);
    if (other != more.end()) more.erase(other);
  }
  for (const auto& [name, value] : more) result.add(name, value);
  return result;
}

Record in_sequence(const std::vector<Record>& records) {
  std::vector<SequencePart> parts;
  for (const Record& record : records) parts.push_back({record});
  return tilewright::in_sequence(parts);
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
  return with(record, more);
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
  return with(record, more);
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

TEST_CASE("a part that runs some times is as if it were there as often") {
  const Record thrice = tilewright::in_sequence({{short_part(), 3}, {long_part(), 1}});
  const Record listed = in_sequence({short_part(), short_part(), short_part(), long_part()});
  REQUIRE(thrice.fields().size() == listed.fields().size());
  for (const auto& [name, value] : listed.fields()) {
    INFO(name);
    if (const auto number = listed.number(name))
      CHECK(thrice.number(name) == Approx(*number));
    else if (name != "binding")
      CHECK(thrice.text(name) == listed.text(name));
  }
  CHECK(thrice.number("time_s") == 6);
  CHECK(thrice.number("edp_Js") == 11 * 6);
}

TEST_CASE("a part takes as long as all its times together") {
  CHECK(tilewright::in_sequence({{short_part(), 4}, {long_part(), 1}}).text("binding") == "array");
  CHECK(tilewright::in_sequence({{short_part(), 2}, {long_part(), 1}}).text("binding") == "DRAM");
}

TEST_CASE("rates and shares of kernels are of the whole, and what parts differ in is left out") {
  const Fields kernel{{"kernel.flop_per_s", 4e14},
                      {"kernel.of_peak", 0.4},
                      {"kernel.occupancy", 2.0},
                      {"kernel.splits", 1.0},
                      {"kernel.parameter.clock_Hz", 2e9},
                      {"kernel.blocks", 5.0},
                      {"mask.pairs", 0.5},
                      {"share.mask.time_s", 0.5},
                      {"share.mask.of_time", 0.5}};
  const Record first = short_part(kernel);
  const Record second = with(long_part(kernel), {{"kernel.flop_per_s", 8e14},
                                                 {"kernel.of_peak", 0.8},
                                                 {"kernel.parameter.clock_Hz", 1e9},
                                                 {"kernel.occupancy", 1.0},
                                                 {"mask.pairs", 1.0},
                                                 {"share.mask.time_s", 0.3},
                                                 {"share.mask.of_time", 0.1}});
  const Record record = in_sequence({first, second});
  CHECK(record.number("kernel.flop_per_s") == Approx(0.25 * 4e14 + 0.75 * 8e14));
  CHECK(record.number("kernel.of_peak") == Approx(0.25 * 0.4 + 0.75 * 0.8));
  CHECK(record.number("share.mask.of_time") == Approx(0.8 / 4));
  CHECK(record.number("kernel.blocks") == 10);
  CHECK(record.number("kernel.splits") == 1);
  for (const std::string name : {"kernel.occupancy", "kernel.parameter.clock_Hz", "mask.pairs"})
    CHECK(record.find(name) == nullptr);
  const Record with_a_nest = in_sequence({first, long_part()});
  for (const auto& [name, value] : kernel) CHECK(with_a_nest.find(name) == nullptr);
}

TEST_CASE("an Einsum's energy is unknown where a part that has the Einsum does not know it") {
  const Fields priced{{"einsum.Z.energy_J", 3.0}};
  CHECK(in_sequence({short_part(priced), long_part()}).number("einsum.Z.energy_J") == 3);
  CHECK(in_sequence({short_part(priced), short_part(priced)}).number("einsum.Z.energy_J") == 6);
  CHECK(in_sequence({short_part(priced), short_part()}).find("einsum.Z.energy_J") == nullptr);
}

}  // namespace tilewright::test::TEST_FILE
