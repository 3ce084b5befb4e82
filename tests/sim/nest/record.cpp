#include "sim/nest/record.hpp"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "sim/nest/estimator.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Names = std::vector<std::string>;

Record record_of(const Model& model, const Names& warnings = {}) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  Workload workload;
  workload.name = "w";
  workload.file = "w.yaml";
  workload.shapes = {{"M", 8}, {"K", 6}};
  const Mapping& mapping = model.mapping;
  return make_record({workload, model.cascade, model.arch, mapping.name, mapping.file}, mapping, nullptr, result,
                     warnings);
}

/// T = A B on `array`, U = T C on `vector`, with everything known but what `in_L2` leaves out. T has 192 points,
/// U 64.
Model priced_chain(const std::string& in_L2 = ", area_m2: 2 mm2") {
  return {
      chain_cascade(),
      arch_of(
          "  parameters: {N: 8}\n"
          "  levels:\n"
          "    - {name: DRAM, access_B: 1, bandwidth_B_per_s: 1 TB/s, read_J: 3, write_J: 5, area_m2: 0 m2}\n"
          "    - {name: L2, parent: DRAM, access_B: 1, capacity_B: 64, instances: 2, read_J: 1, write_J: 1" +
          in_L2 +
          "}\n"
          "  units:\n"
          "    - {name: array, lanes: N, area_m2: 4 mm2, operations: {multiply_add: {cycles: 1, energy_J: 7}}}\n"
          "    - {name: vector, lanes: 2, area_m2: 1 mm2, operations: {multiply_add: {cycles: 2, energy_J: 9}}}\n"
          "  other_area_m2: 8 mm2\n"),
      mapping_text("[keep: {DRAM: [A, B, C, U]}, for: [m: M], keep: {L2: [A, T]}, each: [[for: [n: N], "
                   "spatial: [k: K], {compute: T, on: array}], [for: [n: N, l: L], {compute: U, on: vector}]]]"),
      {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}}};
}

/// Of all fields that begin and end so.
double sum_of(const Record& record, const std::string& begin, const std::string& end) {
  double sum = 0;
  for (const auto& [name, value] : record.fields())
    if (name.starts_with(begin) && name.ends_with(end)) sum += std::get<double>(value);
  return sum;
}

void check_sums(const Record& record, const Arch& arch) {
  double energy_J = 0;
  for (const Level& level : arch.levels) {
    const std::string key = "level." + level.name;
    for (const std::string way : {".read_B", ".write_B"})
      CHECK(sum_of(record, "traffic." + level.name + ".", way) == Approx(*record.number(key + way)));
    energy_J += record.number(key + ".energy_J").value_or(unknown);
  }
  for (const ComputeUnit& unit : arch.units) {
    const std::string key = "unit." + unit.name;
    CHECK(sum_of(record, key + ".einsum.", ".utilisation") == Approx(*record.number(key + ".utilisation")));
    energy_J += record.number(key + ".energy_J").value_or(unknown);
  }
  CHECK(sum_of(record, "group.", ".time_s") == Approx(*record.number("time_s")));
  if (const auto whole = record.number("energy_J")) {
    CHECK(*whole == Approx(energy_J));
    CHECK(record.number("edp_Js") == Approx(*whole * *record.number("time_s")));
  } else {
    CHECK(std::isnan(energy_J));
  }
}

}  // namespace

TEST_CASE("a record has all the names that it can have, in this order") {
  const Record record = record_of(priced_chain(), {"one", "two"});
  std::string names;
  for (const auto& [name, value] : record.fields()) names += (names.empty() ? "" : " ") + name;
  CHECK(names ==
        "workload phase cascade arch mapping workload_file arch_file mapping_file version commit "
        "shape.K shape.M parameter.N time_s cycles energy_J edp_Js area_m2 binding "
        "bound.time_s bound.resource bound.ratio "
        "unit.array.einsum.T.utilisation unit.array.utilisation unit.array.busy_s unit.array.energy_J "
        "unit.array.area_m2 "
        "unit.vector.einsum.U.utilisation unit.vector.utilisation unit.vector.busy_s unit.vector.energy_J "
        "unit.vector.area_m2 "
        "level.DRAM.read_B level.DRAM.write_B level.DRAM.time_s level.DRAM.energy_J level.DRAM.area_m2 "
        "level.DRAM.used_B "
        "level.L2.read_B level.L2.write_B level.L2.energy_J level.L2.area_m2 level.L2.used_B level.L2.capacity_B "
        "einsum.T.unit einsum.T.points einsum.T.cycles einsum.T.energy_J einsum.T.ops.multiply_add "
        "einsum.U.unit einsum.U.points einsum.U.cycles einsum.U.energy_J einsum.U.ops.multiply_add "
        "group.g.time_s group.g.binding "
        "traffic.DRAM.A.T.read_B traffic.DRAM.A.T.write_B traffic.DRAM.B.T.read_B traffic.DRAM.B.T.write_B "
        "traffic.DRAM.C.U.read_B traffic.DRAM.C.U.write_B traffic.DRAM.U.U.read_B traffic.DRAM.U.U.write_B "
        "traffic.L2.A.T.read_B traffic.L2.A.T.write_B traffic.L2.A.T.fill_B "
        "traffic.L2.T.T.read_B traffic.L2.T.T.write_B traffic.L2.T.U.read_B traffic.L2.T.U.write_B "
        "warnings");
}

TEST_CASE("numbers are those by hand") {
  const Record record = record_of(priced_chain(), {"one", "two"});
  CHECK(record.text("workload") == "w");
  CHECK(record.text("cascade") == "c");
  CHECK(record.text("arch") == "a");
  CHECK(record.text("mapping") == "m");
  CHECK(record.text("workload_file") == "w.yaml");
  CHECK(record.text("arch_file") == "a.yaml");
  CHECK(record.text("mapping_file") == "m.yaml");
  CHECK(record.number("shape.M") == 8);
  CHECK(record.number("parameter.N") == 8);
  // T: 32 cycles of 6 lanes; U: 64 points of 2 cycles on one lane.
  CHECK(record.number("cycles") == Approx(32 + 128));
  CHECK(record.number("time_s") == Approx(160e-9));
  CHECK(record.number("unit.array.busy_s") == Approx(32e-9));
  CHECK(record.number("unit.array.utilisation") == Approx(192.0 / (8 * 160)));
  CHECK(record.number("unit.vector.einsum.U.utilisation") == Approx(128.0 / (2 * 160)));
  CHECK(record.number("unit.array.energy_J") == Approx(192 * 7));
  CHECK(record.number("einsum.U.energy_J") == Approx(64 * 9));
  CHECK(record.number("einsum.T.points") == 192);
  CHECK(record.number("einsum.T.ops.multiply_add") == 192);
  CHECK(record.text("einsum.U.unit") == "vector");
  CHECK(record.number("level.L2.capacity_B") == 128);
  CHECK(record.number("level.L2.used_B") == 6 + 4);
  CHECK(record.number("traffic.L2.A.T.write_B") == 48);
  CHECK(record.number("traffic.L2.A.T.fill_B") == 48);
  CHECK(record.number("traffic.DRAM.C.U.read_B") == 64);
  CHECK(record.find("traffic.DRAM.T.U.read_B") == nullptr);
  CHECK(record.number("area_m2") == Approx(15e-6));
  // 256 operations: 8 lanes do one a cycle, 2 lanes half of one; inputs and output are 96 B.
  CHECK(record.number("bound.time_s") == Approx(256 / 9.0 * 1e-9));
  CHECK(record.text("bound.resource") == "multiply_add");
  CHECK(record.number("bound.ratio") == Approx(160 / (256 / 9.0)));
  CHECK(record.text("warnings") == "one; two");
  check_sums(record, priced_chain().arch);
}

TEST_CASE("what a file does not say is absent, and so are the sums with it") {
  const Record record = record_of(priced_chain(""));
  CHECK(record.find("area_m2") == nullptr);
  CHECK(record.find("level.L2.area_m2") == nullptr);
  CHECK(record.number("unit.array.area_m2") == Approx(4e-6));
  CHECK(record.number("level.DRAM.area_m2") == 0);
  CHECK(record.find("level.L2.time_s") == nullptr);
  CHECK(record.number("level.DRAM.time_s"));
  CHECK(record.find("level.DRAM.capacity_B") == nullptr);
  CHECK(record.find("level.L2.spilled") == nullptr);
  CHECK(record.find("warnings") == nullptr);
  CHECK(record.number("energy_J"));

  const Model model(
      chain_cascade(), small_arch(),
      mapping_text(
          "[keep: {DRAM: [A, B, C, U]}, for: [m: M], keep: {L2: "
          "[T]}, each: [[for: [n: N, k: K], {compute: T, on: array}], [for: [n: N, l: L], {compute: U, on: "
          "vector}]]]"),
      {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
  const Record unpriced = record_of(model);
  CHECK(unpriced.number("time_s"));
  for (const std::string name : {"energy_J", "edp_Js", "level.L2.energy_J", "unit.array.energy_J"})
    CHECK(unpriced.find(name) == nullptr);
}

TEST_CASE("the schedule binds where no resource does") {
  const Record record = record_of(priced_chain());
  CHECK(record.text("binding") == "schedule");
  CHECK(record.text("group.g.binding") == record.text("binding"));
}

TEST_CASE("sums hold for random mappings") {
  Random random(11);
  for (const Cascade& cascade : {product_cascade(), chain_cascade(), small_attention()})
    for (int i = 0; i < 100; ++i) {
      const Model model = random_model(random, cascade, "bandwidth_B_per_s: 2 GB/s, read_J: 1 pJ, write_J: 2 pJ, ");
      INFO(cascade.einsums.size() << " Einsums, mapping " << i);
      try {
        const Record record = record_of(model);
        check_sums(record, model.arch);
        CHECK(*record.number("bound.ratio") >= 1 - 1e-12);
      } catch (const InputError&) {
        continue;  // a mapping that is refused
      }
    }
}

}  // namespace tilewright::test::TEST_FILE
