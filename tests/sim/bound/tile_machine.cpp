#include "sim/bound/tile_machine.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Arch gpu() {
  Arch arch;
  arch.name = "gpu";
  arch.clock_Hz = 1e9;
  arch.levels = {{.name = "DRAM", .capacity_B = 1e9, .bandwidth_B_per_s = 1e12, .dram = {}},
                 {.name = "cache",
                  .parent = LevelId::at(0),
                  .capacity_B = 1e6,
                  .bandwidth_B_per_s = 4e12,
                  .multicast = false,
                  .dram = {}},
                 {.name = "hub", .parent = LevelId::at(1), .capacity_B = 5e5, .dram = {}},
                 {.name = "scratch",
                  .parent = LevelId::at(2),
                  .instances = 8,
                  .capacity_B = 1e5,
                  .bandwidth_B_per_s = 1e13,
                  .dram = {}},
                 {.name = "registers", .parent = LevelId::at(3), .instances = 32, .capacity_B = 1e4, .dram = {}}};
  arch.units = {{.name = "matrix", .lanes = 64, .operations = {{"multiply_add", 2}}},
                {.name = "vector", .lanes = 16, .operations = {{"multiply_add", 1}, {"exp", 4}}}};
  return arch;
}

Attention heads_of_128() {
  Attention problem;
  problem.requests[0].layout = {{1024}, {1024}};
  problem.requests[0].masks = make_masks(parse_mask("causal"), problem.requests[0].layout, 1);
  problem.head_dim = problem.value_dim = 128;
  problem.words = AttentionWords::all(2);
  return problem;
}

TileMachine machine_of(const Arch& arch, Count tile, const Attention& problem = heads_of_128()) {
  return tile_machine_of(arch, problem, {.query_tile = {tile}, .key_tile = {tile}});
}

std::vector<std::string> names(const TileMachine& machine) {
  std::vector<std::string> names;
  for (const TileMachine::Memory& memory : machine.memories) names.push_back(memory.name);
  return names;
}

}  // namespace

TEST_CASE("a worker is an instance of the smallest level that holds a Q, a K and a V tile") {
  // 3 x tile x 128 x 2 B.
  const TileMachine scratch = machine_of(gpu(), 128);
  CHECK(scratch.worker == "scratch");
  CHECK(scratch.workers == 8);
  CHECK(scratch.compute.multiply_adds_per_s() == 48e9);
  CHECK(scratch.query_tiles_at_once == 8 * 4);  // of 32 KiB in 100 kB and in 4 times 10 kB below it
  CHECK(names(scratch) == std::vector<std::string>{"DRAM", "cache"});
  CHECK(scratch.unlimited_memories == std::vector<std::string>{"hub"});
  CHECK(scratch.memories[0].bandwidth_B_per_s == 1e12);
  CHECK(scratch.memories[0].multicast);
  CHECK(!scratch.memories[1].multicast);
  const TileMachine registers = machine_of(gpu(), 8);
  CHECK(registers.worker == "registers");
  CHECK(registers.workers == 32);
  CHECK(names(registers) == std::vector<std::string>{"DRAM", "cache", "scratch"});
  CHECK(machine_of(gpu(), 256).worker == "hub");
  Attention problem = heads_of_128();
  problem.words = AttentionWords::all(4);
  CHECK(machine_of(gpu(), 128, problem).worker == "hub");
  problem.values_in_keys = true;  // 2 x 128 x 128 x 4 B no more, but still too much
  CHECK(machine_of(gpu(), 128, problem).worker == "hub");
  problem.words = AttentionWords::all(2);
  CHECK(machine_of(gpu(), 190, problem).worker == "scratch");
}

TEST_CASE("memories above the worker that have a size and no bandwidth are told apart") {
  Arch arch = gpu();
  arch.levels[LevelId::at(1)].bandwidth_B_per_s = unlimited;
  CHECK(machine_of(arch, 128).unlimited_memories ==
        std::vector<std::string>{"cache", "hub"});  // from the outermost inwards
  CHECK(names(machine_of(arch, 128)) == std::vector<std::string>{"DRAM"});
  CHECK(machine_of(arch, 256).unlimited_memories == std::vector<std::string>{"cache"});  // a hub is the worker
  arch.levels[LevelId::at(2)].capacity_B = unlimited;  // where data passes, and no memory
  CHECK(machine_of(arch, 128).unlimited_memories == std::vector<std::string>{"cache"});
}

TEST_CASE("a machine that cannot do it is refused") {
  Arch arch = gpu();
  for (Level& level : arch.levels) level.capacity_B = std::min(level.capacity_B, 1e5);
  CHECK(message_of([&] { machine_of(arch, 256); }) == "no level of 'gpu' holds tiles of 196608 B");
  arch = gpu();
  arch.units = {{.name = "vector", .operations = {{"exp", 1}}}};
  CHECK(message_of([&] { machine_of(arch, 8); }) == "architecture 'gpu' has no unit for multiply_add");
}

}  // namespace tilewright::test::TEST_FILE
