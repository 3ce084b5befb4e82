#include "sim/nest/cycle/tile_pipeline.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"
#include "tests/sim/nest/cycle/step_by_step.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr auto schedules = {NestSchedule::given, NestSchedule::sequential, NestSchedule::automatic};

/// The program of a model's first group; the estimator keeps what it is made of.
TileProgram program_of(Estimator& estimator, const Model& model, NestSchedule schedule) {
  Result result;
  estimator.evaluate(model.given, result);
  const TreeModel& tree = estimator.model();
  return tile_program({estimator.facts(), model.arch, model.mapping.tree, tree.sized(), tree.cost_by_leaf(),
                       result.footprints, nullptr, schedule, !model.mapping.assumes.held_once.empty()},
                      GroupId::at(0));
}

/// Copies take no time where levels have no limits.
void compare(const Model& model, NestSchedule schedule) {
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  const TileProgram program = program_of(estimator, model, schedule);
  if (program.nest.tiles() > 400) return;
  const double expected = step_by_step(program);
  const PipelineResult result =
      run_pipeline(program, nullptr, estimator.model().flat().transfers.size(), {.exact = true});
  CHECK(result.cycles <= expected + 1e-6);
  CHECK(result.cycles >= expected - result.tiles - static_cast<double>(program.tasks.size()));
}

Model shipped(const std::string& mapping, const std::string& arch, double N, const Shapes& shapes) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  Arch small = ArchFile::load(find_config("archs", "fusemax/" + arch)).with({{"N", N}});
  for (Level& level : small.levels) level.bandwidth_B_per_s = unlimited;
  return {load_cascade(find_config("cascades", mapped_cascade(root))), small, root, shapes};
}

}  // namespace

TEST_CASE("a pipeline takes the cycles of one that goes step by step, but for less than one a tile") {
  Random random(21);
  for (int i = 0; i < 150; ++i) {
    const Model model = random_model(random, i % 2 == 0 ? chain_cascade() : small_attention());
    Result result;
    Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
    if (message_of([&] { estimator.evaluate(model.given, result); }) != "no error") continue;
    INFO("mapping " << i);
    for (const NestSchedule schedule : schedules) compare(model, schedule);
  }
}

TEST_CASE("so it does where results and copies come late") {
  Random random(22);
  int compared = 0;
  for (int i = 0; i < 120; ++i) {
    const std::string late = fmt::format("latency_s: {} ns, ", 1 + random.below(9));
    Model model = random_model(random, i % 2 == 0 ? chain_cascade() : small_attention(), late);
    for (ComputeUnit& unit : model.arch.units) unit.latency_cycles = random.below(6);
    Result result;
    Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
    if (message_of([&] { estimator.evaluate(model.given, result); }) != "no error") continue;
    INFO("mapping " << i);
    for (const NestSchedule schedule : schedules) compare(model, schedule);
    ++compared;
  }
  CHECK(compared > 60);
}

TEST_CASE("so it does for arrays that share tiles and wait for each other") {
  const Shapes shapes{{"B", 1}, {"H", 2}, {"E", 8}, {"F", 8}, {"M", 48}, {"P", 16}};
  for (const std::string mapping : {"binding", "architecture"})
    for (const NestSchedule schedule : schedules) {
      INFO(mapping << ", schedule " << static_cast<int>(schedule));
      compare(shipped(mapping, "proposal", 4, shapes), schedule);
    }
  compare(shipped("cascade", "cascade", 4, shapes), NestSchedule::given);
  compare(shipped("flat-output-stationary", "baseline", 8, shapes), NestSchedule::given);
}

}  // namespace tilewright::test::TEST_FILE
