// Programs of no cascade at all: tasks with units of their own, needs, room, copies and latencies at random, so
// that the pipeline must take exactly the cycles of the model that goes step by step.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <optional>

#include "common/error.hpp"
#include "sim/nest/cycle/tile_pipeline.hpp"
#include "tests/sim/nest/cycle/step_by_step.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

class RandomProgram {
 public:
  explicit RandomProgram(Random& random) : random_(random) {}

  TileProgram make() {
    const int loops = 1 + random_.below(3);
    for (int i = 0; i < loops; ++i)
      program_.nest.loops.push_back({.node = {},
                                     .rank = RankId::at(static_cast<std::size_t>(random_.below(2))),
                                     .times = 1 + random_.below(loops == 1 ? 9 : 4)});
    const int tasks = 2 + random_.below(4);
    program_.units = static_cast<std::size_t>(tasks);
    program_.capacity.assign(program_.units + 1, 1);
    program_.capacity[ResourceId::at(program_.units)] = unlimited;
    for (int t = 0; t < tasks; ++t) add_task(t);
    for (int t = 0; t < tasks; ++t) add_needs(t);
    for (int copies = random_.below(4); copies > 0; --copies) add_copy();
    return program_;
  }

 private:
  [[nodiscard]] int loops() const { return static_cast<int>(program_.nest.loops.size()); }
  [[nodiscard]] int tasks() const { return static_cast<int>(program_.tasks.size()); }
  static TaskId id(int task) { return TaskId::at(static_cast<std::size_t>(task)); }

  void add_task(int t) {
    TileTask task{.name = fmt::format("T{}", t)};
    if (t > 0 && random_.chance(30)) task.when.last = LoopSet{1} << random_.below(loops());
    if (t > 0 && random_.chance(15)) task.when.first = (LoopSet{1} << random_.below(loops())) & ~task.when.last;
    task.flows.push_back({ResourceId::at(static_cast<std::size_t>(t)), 1.0 + random_.below(6), loops()});
    task.skew_cycles = random_.chance(30) ? random_.below(5) : 0;
    task.latency_cycles = task.skew_cycles + (random_.chance(50) ? random_.below(8) : 0);
    program_.tasks.push_back(task);
  }

  // Tasks that only some tiles have follow one that all have. Earlier tasks are needed for the same tile, all for
  // tiles before; a tile of an iterated rank before.
  void add_needs(int t) {
    TileTask& task = program_.tasks[id(t)];
    if (task.when != When{}) task.needs.push_back({id(0)});
    for (int other = 0; other < tasks(); ++other) {
      if (other == t) continue;
      if (random_.chance(40)) task.needs.push_back({id(other), (other < t ? 0 : -1) - random_.below(2)});
      if (random_.chance(20))
        task.needs.push_back(
            {id(other), 0, program_.nest.loops[static_cast<std::size_t>(random_.below(loops()))].rank});
      if (other > t && random_.chance(40))
        task.credits.push_back({track(task.when), id(other), 1 + random_.below(3)});
    }
  }

  TrackId track(const When& when) { return program_.tracks.push_back({when, random_.below(loops() + 1) - 1}); }

  void add_copy() {
    const int user = random_.below(tasks());
    TileCopy copy{.name = fmt::format("C{}", program_.copies.size()),
                  .track = track(program_.tasks[id(user)].when),
                  .up = random_.chance(40),
                  .flows = {{ResourceId::at(program_.units), 1, loops()}},
                  .event = {},
                  .latency_cycles = static_cast<double>(random_.below(12)),
                  .held = 1 + random_.below(3),
                  .users = {id(user)}};
    for (int other = 0; other < tasks(); ++other)
      if (!copy.up && other != user && program_.tasks[id(other)].when == program_.tasks[id(user)].when)
        copy.users.push_back(id(other));
    program_.copies.push_back(std::move(copy));
  }

  Random& random_;
  TileProgram program_{};
};

template <class Run>
std::optional<double> cycles_of(Run&& run) {
  try {
    return run();
  } catch (const InfeasibleError&) {
    return {};
  } catch (const std::logic_error&) {
    return {};
  }
}

}  // namespace

TEST_CASE("random programs take the cycles of the model that goes step by step, and stand still where it does") {
  Random random(31);
  int finished = 0;
  for (int run = 0; run < 1500; ++run) {
    const TileProgram program = RandomProgram(random).make();
    INFO("program " << run);
    const auto expected = cycles_of([&] { return step_by_step(program); });
    const auto exact = cycles_of([&] { return run_pipeline(program, nullptr, 1, {.exact = true}).cycles; });
    const auto ahead = cycles_of([&] { return run_pipeline(program, nullptr, 1, {}).cycles; });
    CHECK(exact.value_or(-1) == Approx(expected.value_or(-1)));
    CHECK(ahead.value_or(-1) == Approx(expected.value_or(-1)));
    finished += expected.has_value() ? 1 : 0;
  }
  CHECK(finished > 700);
}

}  // namespace tilewright::test::TEST_FILE
