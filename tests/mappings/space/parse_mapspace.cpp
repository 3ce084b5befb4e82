#include "mappings/space/parse_mapspace.hpp"

#include <catch2/catch.hpp>

#include "mappings/space/mapspace_keys.hpp"
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

Mapspace read(const std::string& body, const Arch& on = arch(), const std::vector<std::size_t>& demanded = {}) {
  return parse_mapspace(Yaml::parse("mapspace: {" + body + "}\n", "s.yaml"), chain_cascade(), on, demanded);
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
  CHECK_FALSE(read("lanes: {T: {M: 4}}").may_have_lanes(t, m, 2));
  CHECK(read("lanes: {T: {M: 4}}").may_have_lanes(EinsumId::at(1), m, 2));
  CHECK_FALSE(read("lane_tiles: {T: {M: 4}}").may_have_lane_tile(t, m, 2));
  CHECK(read("lane_tiles: {T: {M: 4}}").may_have_lanes(t, m, 2));
}

TEST_CASE("what is preferred takes nothing away until it is demanded, and joins what is demanded of the same") {
  const std::string both =
      "tiles: {M: [2, 4]}, lanes: {T: {M: [2, 4]}}, max_fused: 1, order: [M, N], "
      "prefer: [{tiles: {M: 4}, lanes: {T: {M: 4}}, order: [K, M]}, {max_fused: 2, lane_tiles: {T: {M: 3}}}]";
  const EinsumId t = EinsumId::at(0);
  const PlannedLoop along_m{m, 2};
  const PlannedLoop along_n{chain_cascade().rank("N"), 2};
  const PlannedLoop along_k{chain_cascade().rank("K"), 2};
  const Mapspace demanded = read(both);
  CHECK(demanded.may_tile(m, 2, 8));
  CHECK(demanded.may_have_lanes(t, m, 2));
  CHECK(demanded.may_have_lane_tile(t, m, 2));
  CHECK(demanded.may_order(std::vector{along_m, along_k}));
  CHECK_FALSE(demanded.may_fuse(0, 1));
  const Mapspace with = read(both, arch(), {0, 1});
  CHECK_FALSE(with.may_tile(m, 2, 8));
  CHECK(with.may_tile(m, 4, 8));
  CHECK_FALSE(with.may_have_lanes(t, m, 2));
  CHECK_FALSE(with.may_have_lanes(t, m, 8));
  CHECK_FALSE(with.may_have_lane_tile(t, m, 2));
  CHECK_FALSE(with.may_order(std::vector{along_m, along_k}));
  CHECK_FALSE(with.may_order(std::vector{along_n, along_m}));
  CHECK_FALSE(with.may_fuse(0, 1));
  const Mapspace second = read(both, arch(), {1});
  CHECK(second.may_tile(m, 2, 8));
  CHECK_FALSE(second.may_have_lane_tile(t, m, 2));
}

// ... so that one search has all mappings of another that demands more.
TEST_CASE("sizes and loops are named alike, whether they are preferred or demanded") {
  const std::string text =
      "prefer: [{tiles: {M: 3}, lanes: {T: {K: 5}}, lane_tiles: {U: {N: 7}}}, {order: [L, N]}, {no_loop: [K]}]";
  const Mapspace none = read(text);
  const Mapspace all = read(text, arch(), {0, 1, 2});
  for (const RankId rank : chain_cascade().ranks.ids()) {
    CHECK(none.tiles(rank).size() == (rank == m ? 1 : 0));
    CHECK(none.names_loop(rank));
    for (const EinsumId einsum : {EinsumId::at(0), EinsumId::at(1)}) {
      CHECK(none.lanes(einsum, rank).size() == all.lanes(einsum, rank).size());
      CHECK(none.lane_tiles(einsum, rank).size() == all.lane_tiles(einsum, rank).size());
      CHECK(none.names_lanes(einsum));
    }
  }
  CHECK(none.lanes(EinsumId::at(0), chain_cascade().rank("K")).size() == 1);
  CHECK(none.constraints().front().preferred);
  CHECK(none.constraints().front().path == "mapspace.prefer[0].tiles.M");
  CHECK_FALSE(all.constraints().front().preferred);
}

TEST_CASE("preferences that nothing could keep or break are refused") {
  CHECK(error("prefer: x") == "s.yaml:1:20: mapspace.prefer: expected a list of preferences, got 'x'");
  CHECK(error("prefer: []") == "s.yaml:1:20: mapspace.prefer: expected at least one element");
  CHECK(error("prefer: [x]") == "s.yaml:1:21: mapspace.prefer[0]: expected a map, got 'x'");
  CHECK(error("prefer: [{}]") == "s.yaml:1:21: mapspace.prefer[0]: expected at least one key");
  CHECK(error("prefer: [{imperfect: [M]}]") ==
        "s.yaml:1:33: mapspace.prefer[0].imperfect: demands nothing, so that every mapping would keep to it; "
        "expected "
        "beside mapspace.prefer");
  CHECK(error("prefer: [{prefer: [{tiles: {M: 4}}]}]") ==
        "s.yaml:1:30: mapspace.prefer[0].prefer: a preference has none of its own; expected another element of "
        "mapspace.prefer");
  CHECK(error("prefer: [{tile: {M: 4}}]") ==
        "s.yaml:1:22: mapspace.prefer[0].tile: unknown key; did you mean 'tiles'?");
  CHECK(error("prefer: [{order: [M, N]}, {order: [M, Q]}]") ==
        "s.yaml:1:50: mapspace.prefer[1].order[1]: the cascade has no rank 'Q'; known: M, K, N, L");
  CHECK(error("prefer: [{stages: 2}]") ==
        "s.yaml:1:30: mapspace.prefer[0].stages: is for kernels; of nests of loops a file may say fuse, split, "
        "max_fused, tiles, imperfect, no_loop, order, keep, bypass, units, not_units, lanes, lane_tiles");
}

TEST_CASE("preferences have names that say where they stand and what they are of") {
  const auto items =
      find_preferences(
          Yaml::parse("mapspace: {prefer: [{order: [M, N]}, {lanes: {T: {M: 4}}, max_fused: 1}]}", "s.yaml"))
          ->items();
  CHECK(preference_name(items[0]) == "prefer[0] order");
  CHECK(preference_name(items[1]) == "prefer[1] lanes, max_fused");
  CHECK_FALSE(find_preferences(Yaml::parse("mapspace: {max_fused: 1}", "s.yaml")));
  CHECK_FALSE(find_preferences(Yaml::parse("mapspace: [prefer]", "s.yaml")));
  CHECK_FALSE(find_preferences(Yaml::parse("[prefer]", "s.yaml")));
}

TEST_CASE("a mapspace says of what it expects a list, and that a key is for kernels") {
  CHECK(error("imperfect: x") == "s.yaml:1:23: mapspace.imperfect: expected a list of ranks, got 'x'");
  CHECK(error("no_loop: {M: 1}") == "s.yaml:1:21: mapspace.no_loop: expected a list of ranks, got a map");
  CHECK(error("order: M") == "s.yaml:1:19: mapspace.order: expected a list of ranks, got 'M'");
  CHECK(error("fuse: T") == "s.yaml:1:18: mapspace.fuse: expected a list of lists of Einsums, got 'T'");
  CHECK(error("split: [T, U]") == "s.yaml:1:20: mapspace.split[0]: expected a list of Einsums, got 'T'");
  CHECK(error("bypass: T") == "s.yaml:1:20: mapspace.bypass: expected a list of tensors, got 'T'");
  CHECK(error("units: {T: array}") == "s.yaml:1:23: mapspace.units.T: expected a list of units, got 'array'");
  CHECK(error("q_tile: 64") ==
        "s.yaml:1:20: mapspace.q_tile: is for kernels; of nests of loops a file may say fuse, split, max_fused, "
        "tiles, imperfect, no_loop, order, keep, bypass, units, not_units, lanes, lane_tiles");
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
