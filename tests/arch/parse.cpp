#include "arch/parse.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/arch/arch_text.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Arch read(const ArchText& text, const std::map<std::string, double>& parameters = {}) {
  return ArchFile(Yaml::parse(text.str(), "a.yaml")).with(parameters);
}

std::string error(const ArchText& text, const std::map<std::string, double>& parameters = {}) {
  return message_of([&] { read(text, parameters); });
}

std::string file_error(const std::string& text) {
  return message_of([&] { (void)ArchFile(Yaml::parse(text, "a.yaml")).with(); });
}

/// The refusal of one more key of the second level.
std::string level_error(const std::string& keys) {
  return error({.level = "{name: L2, parent: DRAM, access_B: 8, " + keys + "}"});
}

}  // namespace

TEST_CASE("what a file leaves out has its default") {
  const Arch arch = read({.parameters = "{}", .level = "{name: L2, parent: DRAM, access_B: 8}"});
  CHECK(arch.name == "a");
  CHECK(arch.file == "a.yaml");
  CHECK(arch.clock_Hz == 1e9);
  CHECK(arch.other_area_m2 == 0);
  const Level& level = arch.levels[LevelId::at(1)];
  CHECK(level.parent == LevelId::at(0));
  CHECK(level.instances == 1);
  CHECK(level.charged_instances == 1);
  CHECK(level.capacity_B == unlimited);
  CHECK(level.bandwidth_B_per_s == unlimited);
  CHECK(level.access_B == 8);
  CHECK(std::isnan(level.read_J));
  CHECK(std::isnan(level.write_J));
  CHECK(std::isnan(level.area_m2));
  CHECK(level.multicast);
  CHECK(level.reduction);
  CHECK(std::isnan(read({.level = "{name: L2, parent: DRAM}"}).levels[LevelId::at(1)].access_B));
  CHECK(arch.levels.front().parent == LevelId());
  CHECK_FALSE(arch.units.front().chained);
  CHECK(std::isnan(arch.units.front().area_m2));
}

TEST_CASE("static power is read, and 0 where a file has none") {
  CHECK(read({.clock = "  clock_Hz: 1 GHz\n  static_W: 0.4 W\n"}).static_W == 0.4);
  CHECK(read({}).static_W == 0);
  CHECK(error({.clock = "  clock_Hz: 1 GHz\n  static_W: -1 W\n"}) ==
        "a.yaml:5:13: arch.static_W: expected 0 or more, got -1");
  CHECK(error({.clock = "  clock_Hz: 1 GHz\n  static_W: 1 J\n"}).find("arch.static_W") != std::string::npos);
}

TEST_CASE("every value of a level and of a unit is read, in SI") {
  const Arch arch = read({.level = "{name: L2, parent: DRAM, access_B: 16 bit, instances: 4, capacity_B: 2 KiB, "
                                   "bandwidth_B_per_s: 2 GB/s, read_J: 3 pJ, write_J: 4 pJ, charged_instances: 2, "
                                   "multicast: false, reduction: false, area_m2: 5 um2}",
                          .unit = "{name: array, lanes: 8, chained: true, area_m2: 7 mm2, "
                                  "operations: {exp: {cycles: 1.5, energy_J: 6 pJ}}}"});
  const Level& level = arch.levels[LevelId::at(1)];
  CHECK(level.access_B == 2);
  CHECK(level.instances == 4);
  CHECK(level.capacity_B == 2048);
  CHECK(level.bandwidth_B_per_s == 2e9);
  CHECK(level.read_J == 3e-12);
  CHECK(level.write_J == 4e-12);
  CHECK(level.charged_instances == 2);
  CHECK_FALSE(level.multicast);
  CHECK_FALSE(level.reduction);
  CHECK(level.area_m2 == Approx(5e-12));
  const ComputeUnit& unit = arch.units.front();
  CHECK(unit.lanes == 8);
  CHECK(unit.chained);
  CHECK(unit.area_m2 == Approx(7e-6));
  CHECK(unit.find("exp")->cycles == 1.5);
  CHECK(unit.find("exp")->energy_J == 6e-12);
}

TEST_CASE("all instances are charged unless the file says otherwise") {
  CHECK(read({.level = "{name: L2, parent: DRAM, access_B: 8, instances: 4}"})
            .levels[LevelId::at(1)]
            .charged_instances == 4);
}

TEST_CASE("values are expressions over the parameters before them") {
  const Arch arch =
      read({.parameters = "{N: 4, rows: 2 * N}",
            .level = "{name: L2, parent: DRAM, access_B: 8, instances: N * N, capacity_B: rows * 64}"});
  CHECK(arch.parameters == std::vector<std::pair<std::string, double>>{{"N", 4}, {"rows", 8}});
  CHECK(arch.levels[LevelId::at(1)].instances == 16);
  CHECK(arch.levels[LevelId::at(1)].capacity_B == 512);
}

TEST_CASE("a parameter that is set changes what follows from it, and only that") {
  const ArchText text{.parameters = "{N: 4, rows: 2 * N}",
                      .level = "{name: L2, parent: DRAM, access_B: 8, instances: N, capacity_B: rows}"};
  const Arch wide = read(text, {{"N", 10}});
  CHECK(wide.levels[LevelId::at(1)].instances == 10);
  CHECK(wide.levels[LevelId::at(1)].capacity_B == 20);
  const Arch tall = read(text, {{"rows", 3}});
  CHECK(tall.levels[LevelId::at(1)].instances == 4);
  CHECK(tall.levels[LevelId::at(1)].capacity_B == 3);
}

TEST_CASE("one file gives many architectures") {
  const ArchFile file(Yaml::parse(ArchText{}.str(), "a.yaml"));
  CHECK(file.with({{"N", 8}}).parameters[0].second == 8);
  CHECK(file.with().parameters[0].second == 4);
}

TEST_CASE("every shipped architecture reads") {
  for (const std::string& name : list_configs("archs")) {
    INFO(name);
    CHECK_NOTHROW(ArchFile::load(find_config("archs", name)).with());
  }
}

TEST_CASE("keys that are not there, or not known, are refused") {
  CHECK(file_error("arhc: {}") == "a.yaml:1:1: arhc: unknown key; did you mean 'arch'?");
  CHECK(error({.more = "  lanes: 4\n"}) ==
        "a.yaml:10:3: arch.lanes: unknown key; known: name, description, parameters, clock_Hz, "
        "sustained_clock_Hz, launch_s, block_launch_s, static_W, levels, units, "
        "other_area_m2, drains_charged");
  CHECK(error({.clock = ""}) == "a.yaml:2:3: arch: missing key 'clock_Hz'");
  CHECK(level_error("bandwith: 4") ==
        "a.yaml:7:45: arch.levels[1].bandwith: unknown key; did you mean 'bandwidth_B_per_s'?");
  for (const std::string key : {"read_J", "write_J"})
    CHECK(error({.level = "{name: L2, parent: DRAM, " + key + ": 1 pJ}"}) ==
          "a.yaml:7:" + std::string(key == "read_J" ? "40" : "41") + ": arch.levels[1]." + key +
              ": expected 'access_B' as well: of how many bytes?");
  CHECK(error({.level = "{parent: DRAM, access_B: 8}"}) == "a.yaml:7:7: arch.levels[1]: missing key 'name'");
  CHECK(error({.level = "{name: L2, access_B: 8}"}) ==
        "a.yaml:7:7: arch.levels[1]: missing key 'parent'; only the first level is the outermost");
}

TEST_CASE("levels out of place are refused") {
  CHECK(error({.level = "{name: L2, parent: DRAN, access_B: 8}"}) ==
        "a.yaml:7:26: arch.levels[1].parent: no level 'DRAN' before this one; did you mean 'DRAM'?");
  CHECK(error({.level = "{name: L2, parent: L2, access_B: 8}"}) ==
        "a.yaml:7:26: arch.levels[1].parent: no level 'L2' before this one; known: DRAM");
  CHECK(error({.level = "{name: DRAM, parent: DRAM, access_B: 8}"}) ==
        "a.yaml:7:14: arch.levels[1].name: level 'DRAM' is there twice");
  CHECK(error({.outermost = "{name: DRAM, parent: L2, access_B: 8}"}) ==
        "a.yaml:6:28: arch.levels[0].parent: the first level is the outermost and has no parent");
  CHECK(file_error("arch: {name: a, clock_Hz: 1 GHz, levels: [], units: []}") ==
        "a.yaml:1:42: arch.levels: expected at least one level");
  CHECK(file_error("arch: {name: a, clock_Hz: 1 GHz, levels: [{name: D, access_B: 1}], units: []}") ==
        "a.yaml:1:75: arch.units: expected at least one unit");
}

TEST_CASE("values without sense are refused") {
  CHECK(level_error("capacity_B: -1") == "a.yaml:7:57: arch.levels[1].capacity_B: expected more than 0, got -1");
  CHECK(level_error("capacity_B: 0") == "a.yaml:7:57: arch.levels[1].capacity_B: expected more than 0, got 0");
  CHECK(level_error("capacity_B: 1 / 0") == "a.yaml:7:57: arch.levels[1].capacity_B: '1 / 0' has no finite value");
  CHECK(level_error("instances: 0 / 0") == "a.yaml:7:56: arch.levels[1].instances: '0 / 0' has no finite value");
  CHECK(level_error("instances: 0") == "a.yaml:7:56: arch.levels[1].instances: expected more than 0, got 0");
  CHECK(level_error("instances: 1.5") == "a.yaml:7:56: arch.levels[1].instances: expected a whole number, got 1.5");
  CHECK(level_error("bandwidth_B_per_s: 0") ==
        "a.yaml:7:64: arch.levels[1].bandwidth_B_per_s: expected more than 0, got 0");
  CHECK(level_error("read_J: -1 pJ") == "a.yaml:7:53: arch.levels[1].read_J: expected 0 or more, got -1e-12");
  CHECK(level_error("area_m2: -1 um2") == "a.yaml:7:54: arch.levels[1].area_m2: expected 0 or more, got -1e-12");
  CHECK(level_error("instances: 4, charged_instances: 5") ==
        "a.yaml:7:78: arch.levels[1].charged_instances: 5 is more than the level's 4 instances");
  CHECK(level_error("multicast: 1") == "a.yaml:7:56: arch.levels[1].multicast: expected true or false, got '1'");
  CHECK(error({.level = "{name: L2, parent: DRAM, access_B: 0}"}) ==
        "a.yaml:7:42: arch.levels[1].access_B: expected more than 0, got 0");
  CHECK(error({.clock = "  clock_Hz: 0\n"}) == "a.yaml:4:13: arch.clock_Hz: expected more than 0, got 0");
  CHECK(error({.more = "  other_area_m2: -2 um2\n"}) ==
        "a.yaml:10:18: arch.other_area_m2: expected 0 or more, got -2e-12");
}

TEST_CASE("values in other units are refused") {
  CHECK(error({.clock = "  clock_Hz: 940 MiB\n"}) ==
        "a.yaml:4:13: arch.clock_Hz: expected a value in Hz, got '940 MiB' (in B)");
  CHECK(level_error("capacity_B: 16 GHz") ==
        "a.yaml:7:57: arch.levels[1].capacity_B: expected a value in B, got '16 GHz' (in Hz)");
  CHECK(level_error("bandwidth_B_per_s: 16 GiB") ==
        "a.yaml:7:64: arch.levels[1].bandwidth_B_per_s: expected a value in B/s, got '16 GiB' (in B)");
  CHECK(level_error("read_J: 4 um2") ==
        "a.yaml:7:53: arch.levels[1].read_J: expected a value in J, got '4 um2' (in m2)");
  CHECK(level_error("instances: 4 B") ==
        "a.yaml:7:56: arch.levels[1].instances: expected a plain number, got '4 B' (in B)");
  CHECK(level_error("capacity_B: 16 MiiB") ==
        "a.yaml:7:60: arch.levels[1].capacity_B: unknown unit 'MiiB'; did you mean 'MiB'?");
  CHECK(level_error("capacity_B: 16 MiB each") ==
        "a.yaml:7:64: arch.levels[1].capacity_B: expected an operator, got 'each'");
}

TEST_CASE("wrong parameters are refused") {
  CHECK(error({.parameters = "{rows: 2 * N, N: 4}"}) == "a.yaml:3:22: arch.parameters.rows: unknown name 'N'");
  CHECK(error({.parameters = "{N: 1 / 0}"}) == "a.yaml:3:19: arch.parameters.N: '1 / 0' has no finite value");
  CHECK(error({.parameters = "{N: 16 MiB}"}) ==
        "a.yaml:3:19: arch.parameters.N: expected a plain number, got '16 MiB' (in B)");
  CHECK(error({}, {{"n_lanes", 4}}) == "a.yaml:2:3: arch: no parameter 'n_lanes' to set; known: N");
  CHECK(error({}, {{"n", 4}}) == "a.yaml:2:3: arch: no parameter 'n' to set; did you mean 'N'?");
  CHECK(error({}, {{"N", std::numeric_limits<double>::infinity()}}) ==
        "a.yaml:3:19: arch.parameters.N: expected a finite value to set");
  CHECK(error({.parameters = "{}"}, {{"N", 4}}) == "a.yaml:2:3: arch: no parameter 'N' to set");
  CHECK(level_error("capacity_B: rovs * 4") ==
        "a.yaml:7:57: arch.levels[1].capacity_B: unknown name 'rovs'; known: N");
}

TEST_CASE("what models of thread blocks need is read, and left out is not there") {
  const Arch plain = read({});
  CHECK(std::isnan(plain.sustained_clock_Hz));
  CHECK(plain.launch_s == 0);
  CHECK(std::isnan(plain.levels[LevelId::at(1)].latency_s));
  CHECK(plain.levels[LevelId::at(1)].achievable_B_per_s == plain.levels[LevelId::at(1)].bandwidth_B_per_s);
  CHECK_FALSE(plain.levels[LevelId::at(1)].runs_blocks());
  CHECK(plain.units.front().alternative_to == UnitId());
  const Arch arch = read({.clock = "  clock_Hz: 2 GHz\n  sustained_clock_Hz: 1 GHz\n  launch_s: 2 us\n"
                                   "  block_launch_s: 10 ns\n",
                          .level = "{name: L2, parent: DRAM, access_B: 8, latency_s: 30 / 1.5 GHz, "
                                   "bandwidth_B_per_s: 100 GB/s, achievable_B_per_s: 80 GB/s, "
                                   "threads: 2048, blocks: 32, block_B: 1 KiB, partitions: 2}"});
  CHECK(arch.sustained_clock_Hz == 1e9);
  CHECK(arch.launch_s == Approx(2e-6));
  CHECK(arch.block_launch_s == Approx(1e-8));
  const Level& level = arch.levels[LevelId::at(1)];
  CHECK(level.latency_s == Approx(2e-8));
  CHECK(level.achievable_B_per_s == Approx(8e10));
  CHECK(level.runs_blocks());
  CHECK(level.threads == 2048);
  CHECK(level.blocks == 32);
  CHECK(level.block_B == 1024);
  CHECK(level.partitions == 2);
  CHECK(plain.levels[LevelId::at(1)].partitions == 1);
}

TEST_CASE("limits of thread blocks are whole, of one level, and not without a number of blocks") {
  CHECK(level_error("blocks: 1.5") == "a.yaml:7:53: arch.levels[1].blocks: expected a whole number, got 1.5");
  CHECK(level_error("partitions: 0").find("arch.levels[1].partitions") != std::string::npos);
  CHECK(level_error("threads: 64") == "a.yaml:7:54: arch.levels[1].threads: expected 'blocks' as well");
  CHECK(level_error("bandwidth_B_per_s: 1 GB/s, achievable_B_per_s: 2 GB/s")
            .find("is more than 'bandwidth_B_per_s'") != std::string::npos);
  CHECK(level_error("latency_s: 3 B").find("expected a value in s") != std::string::npos);
  CHECK(error({.outermost = "{name: DRAM, access_B: 8, blocks: 4}",
               .level = "{name: L2, parent: DRAM, access_B: 8, blocks: 4}"}) ==
        "a.yaml:7:53: arch.levels[1].blocks: thread blocks run in level 'DRAM' already");
}

TEST_CASE("ports and banks of a level make its bandwidth") {
  const auto level = [](const std::string& more) {
    return read({.clock = "  clock_Hz: 2 GHz\n", .level = "{name: L2, parent: DRAM, access_B: 8, " + more + "}"})
        .levels[LevelId::at(1)];
  };
  CHECK(level("ports: 3").bandwidth_B_per_s == Approx(3 * 8 * 2e9));
  CHECK(level("ports: 3, instances: 2").bandwidth_B_per_s == Approx(2 * 3 * 8 * 2e9));
  CHECK(level("banks: 16, bank_access_s: 4 ns").bandwidth_B_per_s == Approx(16 * 8 / 4e-9));
  CHECK(level("ports: 1, banks: 16, bank_access_s: 4 ns").bandwidth_B_per_s == Approx(8 * 2e9));
  CHECK(level("ports: 1").counts_accesses());
  CHECK_FALSE(level("latency_s: 1 ns").counts_accesses());
  CHECK(level("distribution_B_per_s: 3 GB/s").distribution_B_per_s == Approx(3e9));
  CHECK(level("reduction_B_per_s: 3 GB/s").reduction_B_per_s == Approx(3e9));
}

TEST_CASE("ports and banks are whole, complete and the only bandwidth") {
  CHECK(error({.level = "{name: L2, parent: DRAM, ports: 1}"}) ==
        "a.yaml:7:39: arch.levels[1].ports: expected 'access_B' as well: what one access moves");
  CHECK(level_error("ports: 1.5") == "a.yaml:7:52: arch.levels[1].ports: expected a whole number, got 1.5");
  CHECK(level_error("banks: 4") == "a.yaml:7:52: arch.levels[1].banks: expected 'bank_access_s' as well");
  CHECK(level_error("bank_access_s: 4 ns") ==
        "a.yaml:7:60: arch.levels[1].bank_access_s: expected 'banks' as well");
  CHECK(level_error("ports: 1, bandwidth_B_per_s: 1 GB/s") ==
        "a.yaml:7:74: arch.levels[1].bandwidth_B_per_s: follows from 'ports' already; expected one of the two");
}

TEST_CASE("a unit's results may take time to come") {
  const std::string unit = "{name: array, lanes: 4, operations: {add: {cycles: 1}}, latency_cycles: ";
  CHECK(read({.unit = unit + "12}"}).units.front().latency_cycles == 12);
  CHECK(read({}).units.front().latency_cycles == 0);
  CHECK(error({.unit = unit + "-1}"}).find("units[0].latency_cycles: expected 0 or more, got -1") !=
        std::string::npos);
}

TEST_CASE("lanes of a unit may be one behind the other") {
  const std::string unit = "{name: array, lanes: 4, operations: {add: {cycles: 1}}, skew_cycles: ";
  CHECK(read({.unit = unit + "3}"}).units.front().skew_cycles == 3);
  CHECK(read({}).units.front().skew_cycles == 0);
  CHECK(error({.unit = unit + "-1}"}).find("units[0].skew_cycles: expected 0 or more, got -1") !=
        std::string::npos);
}

TEST_CASE("an alternative use of a unit is of one before it, and no faster") {
  const auto with = [](const std::string& other) {
    return ArchText{.unit = "{name: array, lanes: 4, operations: {add: {cycles: 1}}}\n    - " + other};
  };
  CHECK(read(with("{name: slow, alternative_to: array, lanes: 4, operations: {add: {cycles: 2}}}"))
            .units[UnitId::at(1)]
            .alternative_to == UnitId::at(0));
  CHECK(error(with("{name: slow, alternative_to: aray, lanes: 4, operations: {add: {cycles: 2}}}"))
            .find("arch.units[1].alternative_to: no unit 'aray' before this one; did you mean 'array'?") !=
        std::string::npos);
  CHECK(error(with("{name: fast, alternative_to: array, lanes: 8, operations: {add: {cycles: 1}}}"))
            .find("arch.units[1].operations: 8 a cycle of 'add' is more than the 4 of unit 'array'") !=
        std::string::npos);
}

TEST_CASE("parameters are used by values, and by parameters that are in effect") {
  const ArchFile file(Yaml::parse(R"(arch:
  name: small
  parameters: {rows: 4, twice: 2 * rows, idle: 1, other: idle + 1}
  clock_Hz: 1 GHz
  levels: [{name: DRAM, capacity_B: twice * 1 KiB}]
  units: [{name: array, lanes: 4, operations: {add: {cycles: 1}}}]
)",
                                  "a.yaml"));
  CHECK(file.used_parameters({}) == std::set<std::string>{"rows", "twice"});
  CHECK(file.used_parameters({{"twice", 8}}) == std::set<std::string>{"twice"});
}

}  // namespace tilewright::test::TEST_FILE
