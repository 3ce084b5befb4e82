#include "mappings/parse_nest.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mapping read(const std::string& nest, const Cascade& cascade = product_cascade()) {
  return parse_mapping(Yaml::parse(mapping_text(nest), "m.yaml"), cascade, small_arch(), {"M", "N", "K", "L"});
}

std::string error(const std::string& nest) {
  return message_of([&] { read(nest); });
}

/// The refusal of one more element before the Einsum.
std::string element_error(const std::string& element) {
  return error("[" + element + ", {compute: Z, on: array}]");
}

}  // namespace

TEST_CASE("a nest is a tree of loops, keeps and Einsums, a parent before its children") {
  const Mapping mapping = read(
      "[keep: {DRAM: [A, B]}, {keep: {L2: [A, B], RF: [A]}, buffers: 2, in_place: true, turns: true, when: M > 2}, "
      "for: [m: M, k: 2], spatial: [n: N], {compute: Z, on: vector}]");
  REQUIRE(mapping.tree.nodes.size() == 7);
  CHECK_FALSE(mapping.tree.nodes.front().parent);
  for (std::size_t n = 1; n < 7; ++n) CHECK(mapping.tree.nodes[NodeId::at(n)].parent == NodeId::at(n - 1));
  CHECK(std::get<Keep>(mapping.tree.nodes[NodeId::at(0)].what).level == LevelId::at(0));
  CHECK(mapping.written[NodeId::at(0)].number.evaluate({}) == 1);
  CHECK_FALSE(std::get<Keep>(mapping.tree.nodes[NodeId::at(0)].what).in_place);
  CHECK_FALSE(std::get<Keep>(mapping.tree.nodes[NodeId::at(0)].what).turns);
  CHECK_FALSE(mapping.written[NodeId::at(0)].when);
  for (const std::size_t n : {1u, 2u}) {
    const Keep& keep = std::get<Keep>(mapping.tree.nodes[NodeId::at(n)].what);
    CHECK(keep.level == LevelId::at(n));
    CHECK(keep.tensors.size() == 3 - n);
    CHECK(mapping.written[NodeId::at(n)].number.evaluate({}) == 2);
    CHECK(keep.in_place);
    CHECK(keep.turns);
    CHECK(mapping.written[NodeId::at(n)].when.has_value());
  }
  CHECK(std::get<Loop>(mapping.tree.nodes[NodeId::at(4)].what).rank == product_cascade().rank("K"));
  CHECK_FALSE(std::get<Loop>(mapping.tree.nodes[NodeId::at(4)].what).spatial);
  CHECK(std::get<Loop>(mapping.tree.nodes[NodeId::at(5)].what).spatial);
  CHECK(std::get<Compute>(mapping.tree.nodes[NodeId::at(6)].what).unit == UnitId::at(1));
  CHECK(mapping.written[NodeId::at(6)].place.str() == "m.yaml:7:167");
}

TEST_CASE("instances are independent, or lanes in step") {
  const Mapping mapping = read(
      "[keep: {DRAM: [A, B, Z]}, independent: [m: 2], spatial: [m: 2], for: [n: N, k: K], {compute: Z, on: "
      "array}]");
  const auto loop = [&](std::size_t node) { return std::get<Loop>(mapping.tree.nodes[NodeId::at(node)].what); };
  CHECK(loop(1).spatial);
  CHECK(loop(1).independent);
  CHECK(loop(2).spatial);
  CHECK_FALSE(loop(2).independent);
  CHECK_FALSE(loop(3).spatial);
  CHECK_FALSE(loop(3).independent);
}

TEST_CASE("branches stand below the same node") {
  const Mapping mapping =
      read("[for: [m: M], {each: [[{compute: T, on: array}], [for: [l: L], {compute: U, on: array}]]}]",
           chain_cascade());
  REQUIRE(mapping.tree.nodes.size() == 4);
  CHECK(mapping.tree.nodes[NodeId::at(1)].parent == NodeId::at(0));
  CHECK(mapping.tree.nodes[NodeId::at(2)].parent == NodeId::at(0));
  CHECK(mapping.tree.nodes[NodeId::at(3)].parent == NodeId::at(2));
}

TEST_CASE("a nest of the wrong form is refused") {
  CHECK(error("[]") == "m.yaml:7:13: mapping.groups[0].nest: expected at least one element");
  CHECK(error("{}") == "m.yaml:7:13: mapping.groups[0].nest: expected a list, got a map");
  CHECK(error("[for: [m: 2]]") == "m.yaml:7:14: mapping.groups[0].nest[0]: a nest ends with 'compute' or 'each'");
  CHECK(error("[{compute: Z, on: array}, for: [m: 2]]") ==
        "m.yaml:7:14: mapping.groups[0].nest[0]: nothing may follow 'compute' or 'each'");
  CHECK(error("[each: [], {compute: Z, on: array}]") ==
        "m.yaml:7:14: mapping.groups[0].nest[0]: nothing may follow 'compute' or 'each'");
  CHECK(error("[each: []]") == "m.yaml:7:20: mapping.groups[0].nest[0].each: expected at least one branch");
  CHECK(error("[each: [[]]]") == "m.yaml:7:21: mapping.groups[0].nest[0].each[0]: expected at least one element");
  CHECK(element_error("{for: [m: 2], spatial: [n: 2]}") ==
        "m.yaml:7:15: mapping.groups[0].nest[0].for: unknown key; known: spatial");
  CHECK(element_error("{independent: [m: 2], spatial: [n: 2]}") ==
        "m.yaml:7:15: mapping.groups[0].nest[0].independent: unknown key; known: spatial");
  CHECK(element_error("{independent: [m: 2], for: [n: 2]}") ==
        "m.yaml:7:36: mapping.groups[0].nest[0].for: unknown key; known: independent");
  CHECK(element_error("{independant: [m: 2]}") ==
        "m.yaml:7:15: mapping.groups[0].nest[0].independant: unknown key; did you mean 'independent'?");
  CHECK(element_error("{independent: {m: 2}}") ==
        "m.yaml:7:28: mapping.groups[0].nest[0].independent: expected a list, got a map");
  CHECK(element_error("{fro: [m: 2]}") ==
        "m.yaml:7:15: mapping.groups[0].nest[0].fro: unknown key; did you mean 'for'?");
  CHECK(element_error("{for: [{m: 2, n: 2}]}") ==
        "m.yaml:7:21: mapping.groups[0].nest[0].for[0]: expected one loop, as in 'm: 4'");
  CHECK(element_error("{for: {m: 2}}") == "m.yaml:7:20: mapping.groups[0].nest[0].for: expected a list, got a map");
  CHECK(element_error("4") == "m.yaml:7:14: mapping.groups[0].nest[0]: expected a map, got '4'");
}

TEST_CASE("unknown names in a nest are refused") {
  CHECK(element_error("for: [x: 2]") ==
        "m.yaml:7:20: mapping.groups[0].nest[0].for[0]: no rank variable 'x'; known: m, k, n");
  CHECK(element_error("for: [M: 2]") ==
        "m.yaml:7:20: mapping.groups[0].nest[0].for[0]: no rank variable 'M'; did you mean 'm'?");
  CHECK(element_error("for: [m: X]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: unknown name 'X'; known: M, N, K, L, DRAM.capacity_B, "
        "DRAM.instances, L2.capacity_B, L2.instances, RF.capacity_B, RF.instances, array.lanes, vector.lanes");
  CHECK(element_error("for: [m: 2 B]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: expected a plain number, got '2 B' (in B)");
  CHECK(element_error("keep: {L3: [A]}") ==
        "m.yaml:7:25: mapping.groups[0].nest[0].keep.L3: no level 'L3'; known: DRAM, L2, RF");
  CHECK(element_error("keep: {L2: [AA]}") ==
        "m.yaml:7:26: mapping.groups[0].nest[0].keep.L2[0]: unknown tensor 'AA'; did you mean 'A'?");
  CHECK(element_error("keep: {L2: A}") ==
        "m.yaml:7:25: mapping.groups[0].nest[0].keep.L2: expected a list, got 'A'");
  CHECK(element_error("keep: {L2: [A, B, A]}") ==
        "m.yaml:7:32: mapping.groups[0].nest[0].keep.L2[2]: 'A' is there twice");
  CHECK(element_error("{keep: {L2: [A]}, buffer: 2}") ==
        "m.yaml:7:32: mapping.groups[0].nest[0].buffer: unknown key; did you mean 'buffers'?");
  CHECK(element_error("{keep: {L2: [A]}, in_place: 1}") ==
        "m.yaml:7:42: mapping.groups[0].nest[0].in_place: expected true or false, got '1'");
  CHECK(element_error("{keep: {L2: [A]}, when: X > 1}") ==
        "m.yaml:7:38: mapping.groups[0].nest[0].when: unknown name 'X'; known: M, N, K, L, DRAM.capacity_B, "
        "DRAM.instances, L2.capacity_B, L2.instances, RF.capacity_B, RF.instances, array.lanes, vector.lanes");
  CHECK(error("[{compute: Y, on: array}]") ==
        "m.yaml:7:24: mapping.groups[0].nest[0].compute: unknown Einsum 'Y'; known: Z");
  CHECK(error("[{compute: Z, on: aray}]") ==
        "m.yaml:7:31: mapping.groups[0].nest[0].on: no unit 'aray'; did you mean 'array'?");
  CHECK(error("[{compute: Z}]") == "m.yaml:7:14: mapping.groups[0].nest[0]: missing key 'on'");
}

TEST_CASE("a view is no tensor to keep") {
  const Cascade cascade = cascade_of(
      "  shapes: {M1: M / M0, M0: 4}\n"
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M]}\n"
      "  outputs: [Z]\n"
      "  views: [\"BA[m1,m0] = A[m]\"]\n"
      "  einsums:\n"
      "    - Z[m1] = BA[m1,m0]\n");
  CHECK(message_of([&] { read("[keep: {DRAM: [BA]}, {compute: Z, on: array}]", cascade); }) ==
        "m.yaml:7:28: mapping.groups[0].nest[0].keep.DRAM[0]: 'BA' is a view; keep 'A'");
}

TEST_CASE("a unit that cannot do an operation of the Einsum is refused") {
  const Cascade cascade = cascade_of("  inputs: {A: [M]}\n  outputs: [Z]\n  einsums: [\"Z[m] = sqrt(A[m])\"]\n");
  CHECK(message_of([&] { read("[{compute: Z, on: vector}]", cascade); }) ==
        "m.yaml:7:31: mapping.groups[0].nest[0].on: unit 'vector' cannot do 'sqrt', which Z needs; known: "
        "multiply_add, multiply, add, subtract, max, exp, divide");
}

}  // namespace tilewright::test::TEST_FILE
