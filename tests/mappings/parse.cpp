#include "mappings/parse.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "mappings/kernel/parse.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string nest = "[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N, k: K], {compute: Z, on: array}]";

Mapping read(const std::string& text, const std::vector<std::string>& given = {"M", "N", "K"}) {
  return parse_mapping(Yaml::parse(text, "m.yaml"), product_cascade(), small_arch(), given);
}

std::string error(const std::string& text, const std::vector<std::string>& given = {"M", "N", "K"}) {
  return message_of([&] { read(text, given); });
}

/// The refusal of further keys of the mapping, on line 4.
std::string key_error(const std::string& more) { return error(mapping_text(nest, "  " + more + "\n")); }

double value_of(const Mapping& mapping, const std::string& name, const std::vector<double>& given) {
  Frame frame;
  evaluate_frame(mapping, product_cascade(), given, frame);
  return frame.slots[static_cast<std::size_t>(mapping.symbols.find(name))];
}

}  // namespace

TEST_CASE("the cascade of a mapping is as written") {
  CHECK(mapped_cascade(Yaml::parse(mapping_text(nest), "m.yaml")) == "c");
}

TEST_CASE("names are given shapes first, then of the architecture, then assigned") {
  const Mapping mapping = read(mapping_text(nest, "  let: {tiles: M / 4, half: tiles / 2}\n"));
  CHECK(mapping.name == "m");
  CHECK(mapping.file == "m.yaml");
  CHECK(mapping.given == 3);
  CHECK(mapping.symbols.names() == std::vector<std::string>{"M", "N", "K", "DRAM.capacity_B", "DRAM.instances",
                                                            "L2.capacity_B", "L2.instances", "RF.capacity_B",
                                                            "RF.instances", "array.lanes", "vector.lanes", "tiles",
                                                            "half"});
  CHECK(value_of(mapping, "half", {16, 1, 1}) == 2);
}

TEST_CASE("expressions see parameters, levels and units of the architecture") {
  const Arch arch = arch_of(
      "  parameters: {rows: 3}\n"
      "  levels: [{name: DRAM, access_B: 1}, {name: L2, parent: DRAM, access_B: 1, capacity_B: 5, instances: 2}]\n"
      "  units: [{name: array, lanes: 7, operations: {multiply_add: {cycles: 1}}}]\n");
  const std::string let =
      "  let: {a: arch.rows, b: L2.capacity_B, c: L2.instances, d: array.lanes, all: a * b * c * d}\n";
  const Mapping mapping =
      parse_mapping(Yaml::parse(mapping_text(nest, let), "m.yaml"), product_cascade(), arch, {"M", "N", "K"});
  CHECK(value_of(mapping, "all", {1, 1, 1}) == 210);
}

TEST_CASE("a mapping may fix shapes that the workload does not give") {
  const Mapping mapping = read(mapping_text(nest, "  shapes: {K: 2 * N}\n"), {"M", "N"});
  CHECK(value_of(mapping, "K", {1, 6}) == 12);
}

TEST_CASE("overbooked levels and reserved bytes are read") {
  const Mapping mapping = read(mapping_text(nest, "  overbook: [L2]\n  reserve_B: {L2: 2 KiB, RF: M}\n"));
  CHECK(mapping.overbooked == std::vector{LevelId::at(1)});
  REQUIRE(mapping.reserved_B.size() == 2);
  CHECK(mapping.reserved_B[0].first == LevelId::at(1));
  CHECK(mapping.reserved_B[0].second.evaluate({}) == 2048);
  CHECK(mapping.reserved_B[1].first == LevelId::at(2));
}

TEST_CASE("a mapping may state tiles of several dimensions") {
  const Mapping mapping = read(mapping_text(nest, "  tiles: {M: 2x4, N: 8}\n"));
  REQUIRE(mapping.tiles.size() == 2);
  CHECK(mapping.tiles[0] == std::pair<RankId, Extents>{product_cascade().rank("M"), {2, 4}});
  CHECK(mapping.tiles[1] == std::pair<RankId, Extents>{product_cascade().rank("N"), {8}});
  CHECK(read(mapping_text(nest)).tiles.empty());
}

TEST_CASE("wrong tiles are refused") {
  CHECK(key_error("tiles: {Q: 2x2}") ==
        "m.yaml:4:14: mapping.tiles.Q: the cascade has no rank 'Q'; known: M, K, N");
  CHECK(key_error("tiles: {M: 2x}") ==
        "m.yaml:4:14: mapping.tiles.M: tile: expected whole numbers from 1 to 2^31 with x between them, as in "
        "30x48x80, got '2x'");
  CHECK(key_error("tiles: {M: 0x2}") ==
        "m.yaml:4:14: mapping.tiles.M: tile: expected whole numbers from 1 to 2^31 with x between them, as in "
        "30x48x80, got '0x2'");
  CHECK(key_error("tiles: {M: [2, 2]}") == "m.yaml:4:14: mapping.tiles.M: expected a value, got a list");
  CHECK(key_error("tiles: {M: 2, M: 4}") == "m.yaml:4:17: duplicate key 'M' (first at line 4)");
  CHECK(key_error("tiles: 2x2") == "m.yaml:4:10: mapping.tiles: expected a map, got '2x2'");
}

TEST_CASE("every shipped mapping of loops reads") {
  for (const std::string& name : list_configs("mappings")) {
    INFO(name);
    const Yaml root = Yaml::load(find_config("mappings", name));
    const Cascade cascade = load_cascade(find_config("cascades", mapped_cascade(root)));
    std::vector<std::string> given;
    for (const Rank& rank : cascade.ranks)
      if (rank.name != "M0" && rank.name != "M1") given.push_back(rank.name);
    // It is for some machine of the folder that is called as its own.
    const std::string folder = name.substr(0, name.find('/') + 1);
    bool reads = false;
    for (const std::string& machine : list_configs("archs")) {
      if (!machine.starts_with(folder)) continue;
      const Arch arch = ArchFile::load(find_config("archs", machine)).with();
      const std::string message = message_of([&] { parse_mapping(root, cascade, arch, given); });
      UNSCOPED_INFO(machine << ": " << message);
      reads = reads || message == "no error";
    }
    CHECK(reads);
  }
}

TEST_CASE("keys that are not there, or not known, are refused") {
  CHECK(error("maping: {}") == "m.yaml:1:1: maping: unknown key; did you mean 'mapping'?");
  CHECK(message_of([] { mapped_cascade(Yaml::parse("mapping: {name: m}", "m.yaml")); }) ==
        "m.yaml:1:10: mapping: missing key 'cascade'");
  CHECK(key_error("overbooked: [L2]") == "m.yaml:4:3: mapping.overbooked: unknown key; did you mean 'overbook'?");
  CHECK(error("mapping: {name: m, cascade: c}") == "m.yaml:1:10: mapping: missing key 'groups'");
  CHECK(error("mapping: {name: m, cascade: c, groups: [{name: g, nest: " + nest + "}]}") ==
        "m.yaml:1:41: mapping.groups[0]: missing key 'schedule'");
  CHECK(error("mapping: {name: m, cascade: c, groups: [{name: g, nets: " + nest + "}]}") ==
        "m.yaml:1:51: mapping.groups[0].nets: unknown key; did you mean 'nest'?");
}

TEST_CASE("shapes that are not the mapping's to give are refused") {
  CHECK(key_error("shapes: {M: 4}") == "m.yaml:4:15: mapping.shapes.M: shape 'M' is already given by the workload");
  CHECK(key_error("shapes: {m0: 4}") ==
        "m.yaml:4:16: mapping.shapes.m0: the cascade has no rank 'm0'; did you mean 'M'?");
  CHECK(error(mapping_text(nest), {"M", "N"}) ==
        "m.yaml:2:3: mapping: rank 'K' of cascade 'c' has no shape; the workload or 'shapes' of the mapping must "
        "give it");
}

TEST_CASE("wrong names are refused") {
  CHECK(key_error("let: {M: 4}") == "m.yaml:4:12: mapping.let.M: 'M' is already defined");
  CHECK(key_error("let: {tiles: Q / 4}") ==
        "m.yaml:4:16: mapping.let.tiles: unknown name 'Q'; known: M, N, K, DRAM.capacity_B, DRAM.instances, "
        "L2.capacity_B, L2.instances, RF.capacity_B, RF.instances, array.lanes, vector.lanes");
  CHECK(key_error("let: {a: b, b: 4}") ==
        "m.yaml:4:12: mapping.let.a: unknown name 'b'; known: M, N, K, DRAM.capacity_B, DRAM.instances, "
        "L2.capacity_B, L2.instances, RF.capacity_B, RF.instances, array.lanes, vector.lanes");
  CHECK(key_error("let: {a: 4 KiB}") == "m.yaml:4:12: mapping.let.a: expected a plain number, got '4 KiB' (in B)");
  CHECK(key_error("overbook: [L3]") == "m.yaml:4:14: mapping.overbook[0]: no level 'L3'; known: DRAM, L2, RF");
  CHECK(key_error("overbook: [DRAM]") ==
        "m.yaml:4:14: mapping.overbook[0]: the outermost level has no parent to spill to");
  CHECK(key_error("reserve_B: {L1: 4}") == "m.yaml:4:19: mapping.reserve_B.L1: no level 'L1'; known: DRAM, L2, RF");
  CHECK(key_error("reserve_B: {L2: 4 Hz}") ==
        "m.yaml:4:19: mapping.reserve_B.L2: expected a value in B, got '4 Hz' (in Hz)");
}

TEST_CASE("an Einsum that is not mapped once is refused") {
  const std::string twice = "    - name: h\n      schedule: sequential\n      nest: " + nest + "\n";
  CHECK(error(mapping_text(nest) + twice) == "m.yaml:5:5: mapping.groups: Einsum 'Z' is mapped 2 times");
  CHECK(error("mapping: {name: m, cascade: c, groups: []}") ==
        "m.yaml:1:40: mapping.groups: Einsum 'Z' is not mapped");
}

TEST_CASE("groups need names of their own") {
  const std::string again = "    - {name: g, schedule: sequential, nest: " + nest + "}\n";
  CHECK(error(mapping_text(nest) + again) == "m.yaml:8:14: mapping.groups[1].name: group 'g' is there twice");
  CHECK(error("mapping: {name: m, cascade: c, groups: [{name: a.b, schedule: sequential, nest: " + nest + "}]}") ==
        "m.yaml:1:48: mapping.groups[0].name: the name of a group has no '.', got 'a.b'");
}

}  // namespace tilewright::test::TEST_FILE
