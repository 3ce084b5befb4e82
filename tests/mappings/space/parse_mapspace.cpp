#include "mappings/space/parse_mapspace.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Arch arch_with(const std::string& levels) {
  return arch_of("  levels:\n    - {name: DRAM, access_B: 1}\n" + levels +
                 "  units:\n    - {name: array, lanes: 64, operations: {multiply_add: {cycles: 1}}}\n"
                 "    - {name: adder, lanes: 8, operations: {add: {cycles: 1}}}\n");
}
Arch arch() {
  return arch_with(
      "    - {name: L2, parent: DRAM, access_B: 1}\n"
      "    - {name: RF, parent: L2, access_B: 1, instances: 64}\n");
}

Mapspace read(const std::string& body, const Arch& on = arch()) {
  return parse_mapspace(Yaml::parse("mapspace: {" + body + "}\n", "s.yaml"), chain_cascade(), on);
}
std::string error(const std::string& body, const Arch& on = arch()) {
  return message_of([&] { read(body, on); });
}

const RankId m = RankId::at(0);

}  // namespace

TEST_CASE("groups are as a mapspace demands") {
  CHECK(read("fuse: [[T, U]]").may_fuse(0, 1));
  CHECK_FALSE(read("fuse: [[T, U]]").may_fuse(0, 0));
  CHECK_FALSE(read("split: [[U, T]]").may_fuse(0, 1));
  CHECK(read("split: [[U, T]]").may_fuse(1, 1));
  CHECK_FALSE(read("max_fused: 1").may_fuse(0, 1));
  CHECK(read("max_fused: 2").may_fuse(0, 1));
}

TEST_CASE("tiles are a number, some numbers or a range with both ends") {
  CHECK(read("tiles: {M: 4}").may_tile(m, 4, 8));
  CHECK_FALSE(read("tiles: {M: 4}").may_tile(m, 8, 8));
  CHECK(read("tiles: {M: [2, 4]}").may_tile(m, 2, 8));
  CHECK_FALSE(read("tiles: {M: [2, 4]}").may_tile(m, 1, 8));
  CHECK(read("tiles: {M: {from: 2, to: 4}}").may_tile(m, 4, 8));
  CHECK_FALSE(read("tiles: {M: {from: 2, to: 4}}").may_tile(m, 8, 8));
  CHECK_FALSE(read("tiles: {M: {from: 2}}").may_tile(m, 1, 8));
  CHECK(read("no_loop: [M]").may_tile(m, 8, 8));
  CHECK_FALSE(read("no_loop: [M]").may_tile(m, 4, 8));
  CHECK(read("no_loop: [M]").may_tile(RankId::at(1), 4, 8));
}

TEST_CASE("loops stand in the order that a mapspace demands, as far as they are there") {
  const Mapspace space = read("order: [N, M]");
  const PlannedLoop along_m{m, 2};
  const PlannedLoop along_n{chain_cascade().rank("N"), 2};
  const PlannedLoop along_k{chain_cascade().rank("K"), 2};
  CHECK(space.may_order(std::vector{along_k, along_n, along_m}));
  CHECK(space.may_order(std::vector{along_n, along_k, along_m}));
  CHECK(space.may_order(std::vector{along_m, along_k}));
  CHECK_FALSE(space.may_order(std::vector{along_m, along_k, along_n}));
}

TEST_CASE("tensors are where a mapspace keeps them, and not where they bypass") {
  const TensorId t = chain_cascade().tensor("T");
  CHECK(read("keep: {T: shared}").may_place(t, Role::shared, false));
  CHECK_FALSE(read("keep: {T: shared}").may_place(t, Role::outermost, true));
  CHECK_FALSE(read("bypass: {T: outermost}").may_place(t, Role::shared, true));
  CHECK(read("bypass: {T: outermost}").may_place(t, Role::shared, false));
  CHECK_FALSE(read("bypass: [T]").may_place(t, Role::lanes, false));
  CHECK_FALSE(read("bypass: [T]").may_place(t, Role::shared, false));
  CHECK_FALSE(read("bypass: [T]").may_keep_in_lanes(t));
  CHECK(read("keep: {T: [shared, lanes]}").must_keep_in_lanes(t));
  CHECK_FALSE(read("keep: {T: shared}").must_keep_in_lanes(t));
}

TEST_CASE("Einsums are on units and lanes that a mapspace leaves") {
  const EinsumId t = EinsumId::at(0);
  const UnitId array = UnitId::at(0);
  CHECK(read("units: {T: [array]}").may_run(t, array));
  CHECK_FALSE(read("units: {T: [array]}").may_run(t, UnitId::at(1)));
  CHECK_FALSE(read("not_units: {T: [array]}").may_run(t, array));
  CHECK(read("not_units: {T: [array]}").may_run(EinsumId::at(1), array));
  CHECK_FALSE(read("lanes: {T: {M: 4}}").lanes(t, m).has(2));
  CHECK(read("lanes: {T: {M: 4}}").lanes(EinsumId::at(1), m).has(2));
  CHECK_FALSE(read("lane_tiles: {T: {M: 4}}").lane_tiles(t, m).has(2));
  CHECK(read("lane_tiles: {T: {M: 4}}").lanes(t, m).has(2));
}

TEST_CASE("names that a mapspace has not from the cascade and the architecture are refused") {
  CHECK(error("fuse: [[T, V]]") == "s.yaml:1:23: mapspace.fuse[0][1]: unknown Einsum 'V'; known: T, U");
  CHECK(error("tiles: {X: 4}") == "s.yaml:1:23: mapspace.tiles.X: the cascade has no rank 'X'; known: M, K, N, L");
  CHECK(error("keep: {X: shared}") == "s.yaml:1:22: mapspace.keep.X: unknown tensor 'X'; known: A, B, C, T, U");
  CHECK(error("keep: {T: share}") ==
        "s.yaml:1:22: mapspace.keep.T: no role 'share' of levels; did you mean 'shared'?");
  CHECK(error("units: {T: [arry]}") == "s.yaml:1:24: mapspace.units.T[0]: no unit 'arry'; did you mean 'array'?");
  CHECK(error("units: {T: [adder]}") ==
        "s.yaml:1:24: mapspace.units.T[0]: unit 'adder' cannot do 'multiply_add', which T needs; known: add");
  CHECK(error("lanes: {T: {L: 4}}") ==
        "s.yaml:1:27: mapspace.lanes.T.L: Einsum 'T' does not run over 'L'; known: M, N, K");
  CHECK(error("tile: {M: 4}") == "s.yaml:1:12: mapspace.tile: unknown key; did you mean 'tiles'?");
}

TEST_CASE("what would have no effect in a mapspace is refused") {
  CHECK(error("fuse: []") == "s.yaml:1:18: mapspace.fuse: expected at least one element");
  CHECK(error("fuse: [[T]]") == "s.yaml:1:19: mapspace.fuse[0]: expected at least two names");
  CHECK(error("order: [M, M]") == "s.yaml:1:23: mapspace.order[1]: 'M' is there twice");
  CHECK(error("tiles: {M: {}}") == "s.yaml:1:23: mapspace.tiles.M: expected 'from', 'to' or both");
  CHECK(error("tiles: {M: {from: 8, to: 4}}") == "s.yaml:1:23: mapspace.tiles.M: nothing is from 8 to 4");
  CHECK(error("keep: {A: outermost}") ==
        "s.yaml:1:22: mapspace.keep.A: 'A' comes from or goes to outside of the cascade, and is always outermost");
  CHECK(error("keep: {A: shared}", arch_with("    - {name: RF, parent: DRAM, access_B: 1, instances: 64}\n")) ==
        "s.yaml:1:22: mapspace.keep.A: 'a' has no level that all units share below the outermost one");
  CHECK(error("keep: {A: lanes}", arch_with("    - {name: L2, parent: DRAM, access_B: 1}\n")) ==
        "s.yaml:1:22: mapspace.keep.A: 'a' has no level of lanes");
}

}  // namespace tilewright::test::TEST_FILE
