#include "sim/nest/cycle/least_needs.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Tasks in an order: each may need earlier ones of this tile, and later ones of tiles before.
TileProgram random_needs(Random& random) {
  TileProgram program;
  const int tasks = 2 + random.below(6);
  for (int t = 0; t < tasks; ++t) {
    TileTask task;
    if (random.chance(20)) task.when.last = 1;
    for (int needs = random.below(6); needs > 0; --needs) {
      const int other = random.below(tasks);
      if (other != t)
        task.needs.push_back({TaskId::at(other), other < t ? -random.below(2) : -1 - random.below(2)});
    }
    program.tasks.push_back(std::move(task));
  }
  return program;
}

/// Whether `task` may begin `tile` where others have ended so many tiles.
bool may_begin(const std::vector<Need>& needs, const std::vector<std::int64_t>& done, std::int64_t tile) {
  return std::ranges::all_of(needs, [&](const Need& need) {
    return tile + need.shift < 0 || done[need.task.index()] > tile + need.shift;
  });
}

/// Goes through tiles in a random order that the needs allow, and asks both lists at each step.
bool same_order(const TileProgram& program, const ByTask<std::vector<Need>>& least, Random& random) {
  std::vector<std::int64_t> done(program.tasks.size(), 0);
  for (int step = 0; step < 200; ++step) {
    std::vector<std::size_t> ready;
    for (const TaskId task : program.tasks.ids()) {
      const bool all = may_begin(program.tasks[task].needs, done, done[task.index()]);
      if (all != may_begin(least[task], done, done[task.index()])) return false;
      if (all) ready.push_back(task.index());
    }
    if (ready.empty()) return true;
    ++done[ready[static_cast<std::size_t>(random.below(static_cast<int>(ready.size())))]];
  }
  return true;
}

}  // namespace

TEST_CASE("needs that follow from others are left out, and the order stays") {
  Random random(11);
  std::size_t left_out = 0;
  for (int run = 0; run < 300; ++run) {
    const TileProgram program = random_needs(random);
    const ByTask<std::vector<Need>> least = least_needs(program);
    CHECK(same_order(program, least, random));
    for (const TaskId task : program.tasks.ids()) left_out += program.tasks[task].needs.size() - least[task].size();
  }
  CHECK(left_out > 100);
}

TEST_CASE("what a task needs of one that only some tiles have does not follow from that one's needs") {
  TileProgram program;
  for (int t = 0; t < 3; ++t) program.tasks.push_back({});
  program.tasks[TaskId::at(1)].needs = {{TaskId::at(0)}};
  program.tasks[TaskId::at(2)].needs = {{TaskId::at(1)}, {TaskId::at(0)}};
  CHECK(least_needs(program)[TaskId::at(2)].size() == 1);
  program.tasks[TaskId::at(1)].when.last = 1;
  CHECK(least_needs(program)[TaskId::at(2)].size() == 2);
}

}  // namespace tilewright::test::TEST_FILE
