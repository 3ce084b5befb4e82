#include "sim/nest/cycle/simulate_nest.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"
#include "tests/sim/nest/random_mapping.hpp"
#include "tests/sim/nest/random_mask.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr auto schedules = {NestSchedule::given, NestSchedule::sequential, NestSchedule::automatic};

NestSimulation simulated(const Model& model, NestSchedule schedule, bool exact = true,
                         const WorkloadMask* mask = nullptr) {
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, mask);
  return simulate_nest(estimator, model.arch, model.mapping, model.given, {.exact = exact, .schedule = schedule});
}

Result estimated(const Model& model, const WorkloadMask* mask = nullptr) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B, mask).evaluate(model.given, result);
  return result;
}

bool can_run(const Model& model, const WorkloadMask* mask = nullptr) {
  return message_of([&] { (void)estimated(model, mask); }) == "no error";
}

std::string other_bytes(const Model& model, const Result& expected, const Result& result) {
  std::string text;
  for (const LevelId l : model.arch.levels.ids())
    for (const TensorId t : result.tensors)
      for (const EinsumId e : result.einsums) {
        const auto at = result.index(l, t, e);
        const auto same = [&](const auto& bytes, const auto& others) {
          return bytes[at] == Approx(others[at]).margin(1e-9);
        };
        if (same(result.read_B, expected.read_B) && same(result.write_B, expected.write_B) &&
            same(result.fill_B, expected.fill_B))
          continue;
        text += fmt::format("{} {} {}: estimated {} {} {}, simulated {} {} {}; ", model.arch.levels[l].name,
                            model.cascade.tensors[t].name, model.cascade.einsums[e].name, expected.read_B[at],
                            expected.write_B[at], expected.fill_B[at], result.read_B[at], result.write_B[at],
                            result.fill_B[at]);
      }
  return text;
}

/// What is broken about a simulated group.
std::string broken(const Model& model, const GroupResult& expected, const GroupSimulation& group) {
  const PipelineResult& run = group.result;
  for (const UnitId u : model.arch.units.ids()) {
    const double used = run.used[resource_of(u, model.arch)];
    if (used != Approx(expected.unit_cycles[u]))
      return fmt::format("{} works for {} cycles, estimated {}", model.arch.units[u].name, used,
                         expected.unit_cycles[u]);
    if (used > run.cycles * (1 + 1e-9) + 1e-6)
      return fmt::format("{} works for {} of {} cycles", model.arch.units[u].name, used, run.cycles);
  }
  for (const LevelId l : model.arch.levels.ids()) {
    const double cycles = expected.level_time_s[l] * model.arch.clock_Hz;
    if (cycles > run.cycles * (1 + 1e-9) + 1e-6)
      return fmt::format("{} moves for {} of {} cycles", model.arch.levels[l].name, cycles, run.cycles);
  }
  return "";
}

void check(const Model& model, const WorkloadMask* mask = nullptr) {
  const Result expected = estimated(model, mask);
  for (const NestSchedule schedule : schedules) {
    const NestSimulation exact = simulated(model, schedule, true, mask);
    CHECK(other_bytes(model, expected, exact.result) == "");
    for (const GroupId g : expected.groups.ids()) CHECK(broken(model, expected.groups[g], exact.groups[g]) == "");
    const NestSimulation ahead = simulated(model, schedule, false, mask);
    CHECK(ahead.result.cycles == Approx(exact.result.cycles).epsilon(1e-6));
    CHECK(other_bytes(model, expected, ahead.result) == "");
  }
}

std::string random_level(Random& random) {
  std::string text = random.chance(50) ? fmt::format("bandwidth_B_per_s: {} GB/s, ", 1 + random.below(20)) : "";
  if (random.chance(30)) text += fmt::format("latency_s: {} ns, ", 1 + random.below(30));
  return text;
}

void check_random(const Cascade& cascade, std::uint32_t seed, int mappings, bool cut) {
  Random random(seed);
  for (int run = 0; run < mappings;) {
    const Model model = random_model(random, cascade, random_level(random), cut, cut);
    if (!can_run(model)) continue;
    ++run;
    INFO("seed " << seed << ", mapping " << run);
    check(model);
  }
}

void check_masked(const Cascade& cascade, std::uint32_t seed, int mappings) {
  Random random(seed);
  for (int run = 0; run < mappings;) {
    const Model model = random_attention(random, cascade, random_level(random));
    const WorkloadMask mask = workload_mask(random_pattern(random, model));
    const std::string message = message_of([&] { (void)simulated(model, NestSchedule::given, true, &mask); });
    if (message != "no error") continue;
    ++run;
    INFO("seed " << seed << ", mapping " << run);
    check(model, &mask);
  }
}

}  // namespace

TEST_CASE("simulated nests move what the estimate counts, in no less time than their units and memories need") {
  check_random(product_cascade(), 1, 100, false);
  check_random(chain_cascade(), 2, 150, false);
  check_random(small_attention(), 3, 150, false);
}

TEST_CASE("so do nests whose loops do not divide their ranks") {
  check_random(product_cascade(), 4, 100, true);
  check_random(chain_cascade(), 5, 100, true);
  check_random(small_attention(), 6, 100, true);
}

TEST_CASE("so do nests under masks") {
  check_masked(small_attention(), 7, 200);
  check_masked(scores_in_parts(), 8, 200);
}

namespace {

/// A published mapping on a small array: several tiles of every loop, and Einsums that only some tiles have.
Model small_published(Random& random, const std::string& mapping, const std::string& arch) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  Arch small = ArchFile::load(find_config("archs", "fusemax/" + arch)).with({{"N", 4}});
  for (Level& level : small.levels)
    level.bandwidth_B_per_s = random.chance(50) ? unlimited : (1 + random.below(64)) * small.clock_Hz;
  for (ComputeUnit& unit : small.units) unit.latency_cycles = random.below(20);
  const auto tokens = [&] { return 16.0 * (1 + random.below(6)); };
  return {load_cascade(find_config("cascades", mapped_cascade(root))),
          small,
          root,
          {{"B", 1}, {"H", 1.0 + random.below(3)}, {"E", 8}, {"F", 8}, {"M", tokens()}, {"P", tokens()}}};
}

}  // namespace

TEST_CASE("so do published mappings under masks that leave some tiles parts of their Einsums") {
  Random random(9);
  int run = 0;
  for (int tried = 0; tried < 60; ++tried) {
    const Model model = tried % 3 == 0   ? small_published(random, "architecture", "proposal")
                        : tried % 3 == 1 ? small_published(random, "binding", "limited-buffer")
                                         : small_published(random, "cascade", "cascade");
    const WorkloadMask mask = workload_mask(random_pattern(random, model));
    if (!can_run(model, &mask)) continue;
    ++run;
    INFO("mapping " << tried << ", " << mask.spec.text);
    check(model, &mask);
  }
  CHECK(run > 20);
}

namespace {

/// A product Z[m,n] with a tile of A for every m, and what the levels say besides.
Model product(const std::string& in_L2, const std::string& in_DRAM, int buffers, const std::string& unit = "") {
  return {product_cascade(),
          arch_of("  levels:\n    - {name: DRAM, access_B: 1, " + in_DRAM +
                  "}\n    - {name: L2, parent: DRAM, access_B: 4, " + in_L2 +
                  "}\n  units: [{name: array, lanes: 64, " + unit + "operations: {multiply_add: {cycles: 1}}}]\n"),
          mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: M], {keep: {L2: [A]}, buffers: " +
                       std::to_string(buffers) + "}, for: [n: N], spatial: [k: K], {compute: Z, on: array}]"),
          {{"M", 8}, {"K", 8}, {"N", 4}}};
}

double cycles_of(const Model& model) { return simulated(model, NestSchedule::given).result.cycles; }

}  // namespace

TEST_CASE("one buffer waits for its copy, two hide it behind the work before") {
  const std::string slow = "bandwidth_B_per_s: 8 GB/s, ";  // a tile of A, 8 B, comes in a cycle; B takes 4 a tile
  const double copies = 8;
  const double work = 8 * 4;  // cycles, and B and Z of a tile take 8 * 4 + 4 B
  CHECK(cycles_of(product("", "", 1)) == Approx(work));
  // B streams from the DRAM, too, so that the last result comes as late.
  CHECK(cycles_of(product("", "latency_s: 5 ns, ", 1)) == Approx(work + 8 * 5 + 5));
  CHECK(cycles_of(product("", "latency_s: 3 ns, ", 2)) == Approx(work + 3 + 3));
  CHECK(cycles_of(product("", slow, 1)) == Approx(copies + 8 * 36 / 8.0));
}

TEST_CASE("accesses are whole: a row of which little is wanted takes as long") {
  // Operands of A are 8 B a step, two rows, and a tile of them is written in two.
  CHECK(cycles_of(product("ports: 2", "", 2)) == Approx(8 * (4 * 2 + 2) / 2.0));
  CHECK(cycles_of(product("ports: 1", "", 2)) == Approx(8 * (4 * 2 + 2)));
}

TEST_CASE("networks limit what is below a level apart from its own bandwidth") {
  CHECK(cycles_of(product("distribution_B_per_s: 4 GB/s", "", 2)) == Approx(64).margin(3));
  CHECK(cycles_of(product("reduction_B_per_s: 4 GB/s", "", 2)) == Approx(32).margin(3));
}

TEST_CASE("what comes after a latency waits for it, the unit does not") {
  CHECK(cycles_of(product("", "", 1, "latency_cycles: 7, ")) == Approx(32 + 7));
}

TEST_CASE("the last lanes of a wavefront still read what the next tile wants to overwrite") {
  CHECK(cycles_of(product("", "", 1, "skew_cycles: 7, ")) == Approx(8 * (4 + 7)));
  CHECK(cycles_of(product("", "", 1, "skew_cycles: 7, latency_cycles: 5, ")) == Approx(8 * (4 + 7) + 5));
  // With two buffers every other tile waits: tiles begin after 0, 4, 11, 15, 22, 26, 33 and 37 cycles.
  CHECK(cycles_of(product("", "", 2, "skew_cycles: 7, ")) == Approx(37 + 4 + 7));
  CHECK(cycles_of(product("", "", 4, "skew_cycles: 7, ")) == Approx(32 + 7));
}

TEST_CASE("a nest ends where it is told to") {
  const Model model = product("", "", 1);
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  const NestSimulation simulation =
      simulate_nest(estimator, model.arch, model.mapping, model.given, {.until_s = 10e-9});
  CHECK(simulation.result.cycles == Approx(10));
  CHECK(simulation.warnings ==
        std::vector<std::string>{
            "ended before all tiles were done, as asked: energies and operations are of the whole"});
}

namespace {

NestSimulation published(const std::string& mapping, const std::string& arch, double tokens,
                         NestSchedule schedule) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  const Model model(load_cascade(find_config("cascades", mapped_cascade(root))),
                    ArchFile::load(find_config("archs", "fusemax/" + arch)).with(), root,
                    {{"B", 1}, {"H", 2}, {"E", 64}, {"F", 64}, {"M", tokens}, {"P", tokens}});
  Estimator estimator(model.cascade, model.arch, model.mapping, ByTensor<double>(model.cascade.tensors.size(), 2));
  return simulate_nest(estimator, model.arch, model.mapping, model.given, {.schedule = schedule});
}

Result published_estimate(const std::string& mapping, const std::string& arch, double tokens) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  const Model model(load_cascade(find_config("cascades", mapped_cascade(root))),
                    ArchFile::load(find_config("archs", "fusemax/" + arch)).with(), root,
                    {{"B", 1}, {"H", 2}, {"E", 64}, {"F", 64}, {"M", tokens}, {"P", tokens}});
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, ByTensor<double>(model.cascade.tensors.size(), 2))
      .evaluate(model.given, result);
  return result;
}

double use_of_array(const NestSimulation& simulation) {
  return simulation.groups.front().result.used[ResourceId::at(0)] / simulation.result.cycles;
}

}  // namespace

TEST_CASE("published mappings take what their estimates say at 64K tokens, within a few percent") {
  const NestSimulation binding = published("binding", "proposal", 65536, NestSchedule::given);
  CHECK(use_of_array(binding) >= 0.97);
  CHECK(binding.result.cycles == Approx(published_estimate("binding", "proposal", 65536).cycles).epsilon(0.02));
  CHECK(use_of_array(published("architecture", "proposal", 65536, NestSchedule::given)) ==
        Approx(0.30).epsilon(0.05));
  for (const auto& [mapping, arch] : {std::pair("flat-output-stationary", "baseline"),
                                      std::pair("unfused", "baseline"), std::pair("cascade", "cascade")})
    CHECK(published(mapping, arch, 65536, NestSchedule::given).result.cycles ==
          Approx(published_estimate(mapping, arch, 65536).cycles).epsilon(0.05));
}

TEST_CASE("tiles of both arrays interleave by dependences alone, without room for more than one") {
  const NestSimulation interleaved = published("binding", "proposal", 65536, NestSchedule::automatic);
  CHECK(use_of_array(interleaved) >= 0.97);
  CHECK(interleaved.warnings.empty());
  CHECK(published("binding", "proposal", 65536, NestSchedule::given).warnings.size() == 2);
  CHECK(published("binding", "proposal", 65536, NestSchedule::sequential).result.cycles >
        1.9 * interleaved.result.cycles);
}

TEST_CASE("bounds of the interval between tiles are below what is simulated") {
  for (const NestSchedule schedule : schedules) {
    const GroupSimulation group = published("binding", "limited-buffer", 16384, schedule).groups.front();
    CHECK(group.recurrence_cycles <= group.result.tile_cycles * (1 + 1e-9));
    CHECK(group.resource_cycles <= group.result.cycles / group.result.tiles * (1 + 1e-9));
    CHECK(group.recurrence_cycles > 0.9 * 128);
  }
}

}  // namespace tilewright::test::TEST_FILE
