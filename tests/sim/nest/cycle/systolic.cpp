// A published array that no number of the simulation was fitted to: the cycles of a tile against its plan.
#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/nest/cycle/simulate_nest.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Case {
  double N;
  double tokens;
  std::map<std::string, double> arch_set = {};
};

NestSimulation simulated(const Case& of, NestSchedule schedule = NestSchedule::given, bool exact = false) {
  const Yaml root = Yaml::load(find_config("mappings", "systolic/fsa"));
  std::map<std::string, double> parameters = of.arch_set;
  parameters["N"] = of.N;
  const Model model(load_cascade(find_config("cascades", mapped_cascade(root))),
                    ArchFile::load(find_config("archs", "systolic/fsa")).with(parameters), root,
                    {{"B", 1}, {"H", 1}, {"E", of.N}, {"F", of.N}, {"M", of.tokens}, {"P", of.tokens}});
  Estimator estimator(model.cascade, model.arch, model.mapping, ByTensor<double>(model.cascade.tensors.size(), 2));
  return simulate_nest(estimator, model.arch, model.mapping, model.given, {.exact = exact, .schedule = schedule});
}

double tile_cycles(const Case& of) { return simulated(of).groups.front().result.tile_cycles; }

}  // namespace

// N for Q, 2 N - 1 for the scores of which every column's last is N - 1 behind, 1 for the maximum, 2 + 8 for
// exponentials, 1 for their sum, and 2 N - 1 for the values: ExecutionPlan.scala of github.com/VCA-EPFL/FSA.
TEST_CASE("a tile on one systolic array takes the cycles of its published plan, within one") {
  for (const double N : {16, 64, 128}) {
    INFO(N);
    CHECK(tile_cycles({N, 8 * N}) == Approx(5 * N + 10).margin(1));
  }
  CHECK(tile_cycles({64, 512, {{"exp_pieces", 20}}}) == Approx(5 * 64 + 22).margin(1));
}

TEST_CASE("whole calls take as many cycles as they have tiles, but for their ends") {
  for (const double tokens : {512, 2048}) {
    const double tiles = tokens / 64 * tokens / 64;
    CHECK(simulated({64, tokens}).result.cycles == Approx(tiles * (5 * 64 + 10)).epsilon(0.02));
  }
}

TEST_CASE("tiles of a wavefront that are gone ahead of take as long as those that are gone through") {
  for (const NestSchedule schedule : {NestSchedule::given, NestSchedule::sequential}) {
    const NestSimulation exact = simulated({16, 512}, schedule, true);
    const NestSimulation ahead = simulated({16, 512}, schedule);
    CHECK(ahead.result.cycles == Approx(exact.result.cycles).epsilon(1e-6));
    CHECK(ahead.groups.front().result.events < 0.7 * exact.groups.front().result.events);
  }
}

// K and V of a tile are 64 KiB, which 100 GB/s take 983 cycles to bring.
TEST_CASE("an array with a slow memory waits for keys and values") {
  CHECK(tile_cycles({128, 1024, {{"dram_GB_per_s", 100}}}) ==
        Approx(2 * 128 * 128 * 2 / 100e9 * 1.5e9).epsilon(0.02));
}

}  // namespace tilewright::test::TEST_FILE
