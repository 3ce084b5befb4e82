#include "sim/bound/problem.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright {

namespace {

Arch gpu() {
  Arch arch;
  arch.name = "gpu";
  arch.clock_Hz = 1e9;
  arch.levels = {{.name = "DRAM", .capacity_B = 1e9, .bandwidth_B_per_s = 1e12},
                 {.name = "cache", .parent = 0, .capacity_B = 1e6, .bandwidth_B_per_s = 4e12, .multicast = false},
                 {.name = "hub", .parent = 1, .capacity_B = 5e5},
                 {.name = "scratch", .parent = 2, .instances = 8, .capacity_B = 1e5, .bandwidth_B_per_s = 1e13},
                 {.name = "registers", .parent = 3, .instances = 32, .capacity_B = 1e4}};
  arch.units = {{.name = "matrix", .lanes = 64, .operations = {{"multiply_add", 2}}},
                {.name = "vector", .lanes = 16, .operations = {{"multiply_add", 1}, {"exp", 4}}}};
  return arch;
}

AttentionProblem problem_of(Count tile) {
  const Layout layout{{1024}, {1024}};
  return {layout, make_masks(parse_mask("causal"), layout, 1), {.query_tile = {tile}, .key_tile = {tile}}};
}

std::vector<std::string> names(const Machine& machine) {
  std::vector<std::string> names;
  for (const Machine::Memory& memory : machine.memories) names.push_back(memory.name);
  return names;
}

}  // namespace

TEST_CASE("a worker is an instance of the smallest level that holds a Q, a K and a V tile") {
  // 3 x tile x 128 x 2 B.
  const Machine scratch = machine_of(gpu(), problem_of(128));
  CHECK(scratch.worker == "scratch");
  CHECK(scratch.workers == 8);
  CHECK(scratch.multiply_adds_per_s == 48e9);
  CHECK(names(scratch) == std::vector<std::string>{"DRAM", "cache"});  // a hub without a limit says nothing
  CHECK(scratch.memories[0].bandwidth_B_per_s == 1e12);
  CHECK(scratch.memories[0].multicast);
  CHECK(!scratch.memories[1].multicast);
  const Machine registers = machine_of(gpu(), problem_of(8));
  CHECK(registers.worker == "registers");
  CHECK(registers.workers == 32);
  CHECK(names(registers) == std::vector<std::string>{"DRAM", "cache", "scratch"});
  CHECK(machine_of(gpu(), problem_of(256)).worker == "hub");
  AttentionProblem wide = problem_of(128);
  wide.element_B = 4;
  CHECK(machine_of(gpu(), wide).worker == "hub");
}

TEST_CASE("a machine that cannot do it is refused") {
  Arch arch = gpu();
  for (Level& level : arch.levels) level.capacity_B = std::min(level.capacity_B, 1e5);
  CHECK(message_of([&] { machine_of(arch, problem_of(256)); }) == "no level of 'gpu' holds tiles of 196608 B");
  arch = gpu();
  arch.units = {{.name = "vector", .operations = {{"exp", 1}}}};
  CHECK(message_of([&] { machine_of(arch, problem_of(8)); }) == "architecture 'gpu' has no unit for multiply_add");
}

TEST_CASE("the heads of a problem are those of its masks") {
  AttentionProblem problem = problem_of(8);
  problem.masks = make_masks(parse_mask("2 * causal + dense"), problem.layout, 12);
  CHECK(problem.heads() == 12);
}

TEST_CASE("a Q tile may have the queries of all heads of a group that have one mask") {
  AttentionProblem problem = problem_of(8);
  problem.layout = {{3}, {64}};
  const auto queries = [&](const std::string& mask, double kv_heads) {
    problem.masks = make_masks(parse_mask(mask), problem.layout, 12);
    problem.kv_heads = kv_heads;
    return problem.queries_of_tile();
  };
  CHECK(queries("causal", 12) == 3);
  CHECK(queries("causal", 3) == 12);
  CHECK(queries("8 * causal + 4 * dense", 3) == 12);
  CHECK(queries("6 * causal + 6 * dense", 3) == 3);
  CHECK(queries("gna,window=4,dilation=2", 3) == 3);
}

}  // namespace tilewright
