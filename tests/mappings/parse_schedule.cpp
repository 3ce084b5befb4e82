#include "mappings/parse_schedule.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade three() {
  return cascade_of(
      "  inputs: {A: [M]}\n"
      "  outputs: [W]\n"
      "  einsums: [\"U[m] = exp(A[m])\", \"V[m] = exp(U[m])\", \"W[m] = exp(V[m])\"]\n");
}

using Lanes = std::vector<std::vector<EinsumId>>;

const EinsumId U = EinsumId::at(0);
const EinsumId V = EinsumId::at(1);
const EinsumId W = EinsumId::at(2);

/// U and W run on the array, V on the vector unit.
std::vector<Step> steps(const std::string& schedule) {
  const std::string nest =
      "[keep: {DRAM: [A, W]}, for: [m: M], keep: {L2: [U, V]}, {each: [[{compute: U, on: array}], "
      "[{compute: V, on: vector}], [{compute: W, on: array}]]}]";
  return parse_mapping(Yaml::parse(mapping_text(nest, "", schedule), "m.yaml"), three(), small_arch(), {"M"})
      .tree.groups[GroupId::at(0)]
      .steps;
}

std::string error(const std::string& schedule) {
  return message_of([&] { steps(schedule); });
}

}  // namespace

TEST_CASE("a sequential schedule runs one Einsum a step") {
  const auto list = steps("sequential");
  REQUIRE(list.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(list[i].lanes == Lanes{{EinsumId::at(i)}});
}

TEST_CASE("a pipelined schedule runs all units at once") {
  const auto list = steps("pipelined");
  REQUIRE(list.size() == 1);
  CHECK(list[0].lanes == Lanes{{U, W}, {V}});
}

TEST_CASE("steps are read as they stand, and bubbles between them") {
  const auto list = steps("[run: [[U], [V]], bubble_cycles: 2 * M, run: [[W]]]");
  REQUIRE(list.size() == 3);
  CHECK(list[0].lanes == Lanes{{U}, {V}});
  CHECK_FALSE(list[0].bubble_cycles);
  CHECK(list[1].lanes.empty());
  CHECK(list[1].bubble_cycles->evaluate(std::vector<double>{8}) == 16);
  CHECK(list[2].lanes == Lanes{{W}});
}

TEST_CASE("wrong schedules are refused") {
  CHECK(error("parallel") ==
        "m.yaml:6:17: mapping.groups[0].schedule: expected sequential, pipelined or a list of steps, got "
        "'parallel'");
  CHECK(error("[run: [[U], [V]]]") ==
        "m.yaml:6:17: mapping.groups[0].schedule: the schedule runs 'W' 0 times; expected once");
  CHECK(error("[run: [[U], [V]], run: [[W, U]]]") ==
        "m.yaml:6:17: mapping.groups[0].schedule: the schedule runs 'U' 2 times; expected once");
  CHECK(error("[run: [[U], [V], [W]]]") ==
        "m.yaml:6:35: mapping.groups[0].schedule[0].run[2][0]: two lanes of one step use unit 'array'");
  CHECK(error("[run: [[U, VV, W]]]") ==
        "m.yaml:6:28: mapping.groups[0].schedule[0].run[0][1]: no Einsum 'VV' in this group; did you mean 'V'?");
  CHECK(error("[run: [U, V, W]]") == "m.yaml:6:24: mapping.groups[0].schedule[0].run[0]: expected a list, got 'U'");
  CHECK(error("[walk: [[U], [V], [W]]]") ==
        "m.yaml:6:18: mapping.groups[0].schedule[0].walk: unknown key; known: run, bubble_cycles");
  CHECK(error("[{run: [[U], [V]], bubble_cycles: 4}, run: [[W]]]") ==
        "m.yaml:6:18: mapping.groups[0].schedule[0]: 'run' and 'bubble_cycles' are steps of their own");
  CHECK(error("[run: [[U, W], [V]], bubble_cycles: X]") ==
        "m.yaml:6:53: mapping.groups[0].schedule[1].bubble_cycles: unknown name 'X'; known: M, DRAM.capacity_B, "
        "DRAM.instances, L2.capacity_B, L2.instances, RF.capacity_B, RF.instances, array.lanes, vector.lanes");
  CHECK(error("[]") == "m.yaml:6:17: mapping.groups[0].schedule: the schedule runs 'U' 0 times; expected once");
}

}  // namespace tilewright::test::TEST_FILE
