// What the mapper finds, run with data: it computes what its cascade says.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "explore/check_function.hpp"
#include "explore/evaluate.hpp"
#include "explore/mapper/mapper.hpp"
#include "tests/common/folder.hpp"
#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string random_arch_text(Random& random) {
  const auto each = [&](std::initializer_list<double> values) { return random.one_of(values); };
  const double lanes = each({4, 6, 16});
  const auto flag = [&] { return each({0, 1}) == 1 ? "true" : "false"; };
  return fmt::format(
      "arch:\n  name: a\n  clock_Hz: 1 GHz\n  levels:\n"
      "    - {{name: outer, access_B: 1, bandwidth_B_per_s: {} GB/s, read_J: 50 pJ, write_J: 60 pJ, multicast: {}, "
      "reduction: {}}}\n"
      "    - {{name: middle, parent: outer, access_B: 1, capacity_B: {} B, bandwidth_B_per_s: 20 GB/s, read_J: 4 "
      "pJ, "
      "write_J: 9 pJ, multicast: {}, reduction: {}}}\n"
      "    - {{name: inner, parent: middle, access_B: 1, instances: {}, capacity_B: {} B, read_J: 1 pJ, write_J: 1 "
      "pJ}}\n"
      "  units:\n"
      "    - {{name: array, lanes: {}, operations: {{multiply_add: {{cycles: 1, energy_J: 1 pJ}}}}}}\n"
      "    - {{name: vector, lanes: 4, operations: {{multiply_add: {{cycles: 2, energy_J: 1 pJ}}, multiply: "
      "{{cycles: 2, "
      "energy_J: 1 pJ}}, add: {{cycles: 1, energy_J: 1 pJ}}, subtract: {{cycles: 1, energy_J: 1 pJ}}, max: "
      "{{cycles: 1, "
      "energy_J: 1 pJ}}, exp: {{cycles: 4, energy_J: 2 pJ}}, sigmoid: {{cycles: 4, energy_J: 2 pJ}}, divide: "
      "{{cycles: 3, energy_J: 2 pJ}}}}}}\n",
      each({2, 8}), flag(), flag(), each({100, 400, 4000}), flag(), flag(), lanes, each({8, 16, 64}), lanes);
}

std::string random_workload_text(Random& random, const std::string& cascade) {
  const auto each = [&](std::initializer_list<double> values) { return random.one_of(values); };
  const double heads = each({1, 2, 4});
  return fmt::format(
      "workload:\n  name: w\n  phase: prefill\n  cascades: [{}]\n  word_B: 2 B\n"
      "  ranks: {{queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}}\n"
      "  shapes: {{B: {}, H: {}, G: {}, E: {}, F: {}, M: {}, P: {}}}\n",
      cascade, each({1, 2}), heads, heads > 1 ? each({heads, heads / 2}) : 1, each({2, 3, 4}), each({2, 3, 5}),
      each({8, 12, 16, 10}), each({4, 7, 8, 6}));
}

/// Moves what its estimate counts, in no less time than the bound, under each schedule. Some masks are refused.
void require_simulated(const Candidate& candidate) {
  const Record expected = estimate(candidate);
  for (const NestSchedule schedule : {NestSchedule::given, NestSchedule::sequential, NestSchedule::automatic}) {
    std::optional<Record> record;
    try {
      record = simulate(candidate, {.schedule = schedule});
    } catch (const InfeasibleError&) {
      continue;
    }
    CHECK(*record->number("time_s") >= *expected.number("bound.time_s") * (1 - 1e-9));
    for (const std::string level : {"outer", "middle", "inner"})
      for (const std::string bytes : {".read_B", ".write_B"})
        CHECK(record->number("level." + level + bytes).value_or(0) ==
              Approx(expected.number("level." + level + bytes).value_or(0)));
  }
}

// Whether a mapping was found, which then is right.
bool require_right(unsigned seed, const std::string& cascade, double time_limit_s) {
  Random random(seed + 31000);
  const TemporaryFolder folder;
  write_file(folder.path() / "arch.yaml", random_arch_text(random));
  write_file(folder.path() / "workload.yaml", random_workload_text(random, cascade));
  Library library;
  MapRequest request;
  request.point.workload = folder.path() / "workload.yaml";
  request.point.arch = folder.path() / "arch.yaml";
  const char* masks[] = {"", "", "causal", "sliding,left=3"};
  request.point.mask = masks[random.below(4)];
  const char* objectives[] = {"edp", "time", "traffic", "energy"};
  request.objective = Objective::parse(objectives[random.below(4)]);
  request.time_limit_s = time_limit_s;
  request.folder = folder.path();
  request.jobs = 1;
  MapResult result;
  try {
    result = find_mappings(request, library);
  } catch (const Interrupted&) {
    return false;  // nothing in this time
  } catch (const InfeasibleError&) {
    return false;
  }
  for (const FoundMapping& found : result.found) {
    const Candidate candidate =
        candidate_of(request.point, Yaml::parse(found.text, folder.path() / "best.yaml"), library);
    const FunctionalCheck check =
        check_function(candidate.workload, candidate.cascade, candidate.arch, std::get<Mapping>(candidate.mapping));
    CAPTURE(seed, request.point.mask, found.text, read_file(folder.path() / "workload.yaml"),
            read_file(folder.path() / "arch.yaml"));
    CHECK(check.fault == "");
    CHECK(check.passed());
    require_simulated(candidate);
  }
  return true;
}

int found_of(unsigned first, unsigned last, double time_limit_s) {
  int found = 0;
  for (unsigned seed = first; seed < last; ++seed) {
    const char* cascades[] = {"attention-3pass", "attention-naive", "sigmoid-attention", "attention-1pass"};
    found += require_right(seed, cascades[seed % 4], time_limit_s) ? 1 : 0;
  }
  return found;
}

}  // namespace

TEST_CASE("what the mapper finds computes attention, and is simulated as it is estimated", "[mapper][functional]") {
  CHECK(found_of(0, 8, 0.5) >= 4);
}

TEST_CASE("what the mapper finds in many small spaces computes attention", "[mapper][functional][slow]") {
  CHECK(found_of(8, 24, 1) >= 8);
}

}  // namespace tilewright::test::TEST_FILE
