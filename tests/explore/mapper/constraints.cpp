#include "mappings/space/parse_mapspace.hpp"
#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/random_space.hpp"
#include "tests/explore/mapper/require_best.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MapProblem problem_of_seed(unsigned seed, const Cascade& cascade, const Arch& arch, Random& random) {
  if (seed % 3 == 0) return problem_of(cascade, arch, {2, random.one_of({1, 2, 3}), 2});
  if (seed % 3 == 1) return problem_of(cascade, arch, {random.one_of({2, 3, 5}), 1});
  return problem_of(cascade, arch, {2});
}

void require_best_masked_within(unsigned seed) {
  Random random(seed + 13000);
  const Arch arch = random_arch(random);
  const Cascade cascade = seed % 2 == 0 ? product() : two_steps();
  const WorkloadMask mask = mask_of(seed % 3 == 0 ? "causal" : "sliding,left=0", "M", "N");
  MapProblem problem =
      problem_of(cascade, arch, seed % 2 == 0 ? std::vector<double>{2, 1, 2} : std::vector<double>{2, 2}, {&mask});
  const std::string text = RandomSpace(random, cascade).text(2);
  problem.constrain(parse_mapspace(Yaml::parse(text, "s.yaml"), cascade, arch));
  CAPTURE(seed, text);
  require_best(problem);
}

void require_best_within(unsigned seed) {
  Random random(seed);
  Arch arch = random_arch(random);
  if (seed % 4 == 3) arch.levels[LevelId::at(0)].capacity_B = random.one_of({6, 9, 12, 16});
  const Cascade cascade = seed % 3 == 0 ? product() : seed % 3 == 1 ? two_steps() : three_steps();
  MapProblem problem = problem_of_seed(seed, cascade, arch, random);
  const std::string text = RandomSpace(random, cascade).text(1 + static_cast<int>(seed % 2));
  problem.constrain(parse_mapspace(Yaml::parse(text, "s.yaml"), cascade, arch));
  CAPTURE(seed, text);
  require_best(problem);
}

}  // namespace

TEST_CASE("within constraints the mapping found is the best of all", "[mapper]") {
  require_best_within(GENERATE(range(0u, 60u)));
}

TEST_CASE("within constraints and under a mask the mapping found is the best of all", "[mapper]") {
  require_best_masked_within(GENERATE(range(0u, 20u)));
}

TEST_CASE("within constraints the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_within(GENERATE(range(60u, 80u)));
}

namespace {

// Of a product on an architecture with room in its lanes, and little in the level that they share.
double best_traffic(const std::string& demands) {
  Random random(0);
  Arch arch = random_arch(random);
  arch.levels[LevelId::at(1)].capacity_B = 4;
  arch.levels[LevelId::at(2)].capacity_B = 8;
  const Cascade cascade = product();
  MapProblem problem = problem_of(cascade, arch, {2, 2, 3});
  problem.constrain(parse_mapspace(Yaml::parse("mapspace: {" + demands + "}", "s.yaml"), cascade, arch));
  CAPTURE(demands);
  require_best(problem, {"traffic"});
  const PartitionResult found = search_partitions(problem, Objective::parse("traffic"), {});
  REQUIRE_FALSE(found.options.empty());
  return found.options.front().score.traffic_B;
}

}  // namespace

TEST_CASE("the order that is demanded of loops is the one found, also where another is better", "[mapper]") {
  const std::string kept = "tiles: {M: 1, N: 1}, no_loop: [K], keep: {A: shared, W: shared}, order: ";
  CHECK(best_traffic(kept + "[M, N]") != best_traffic(kept + "[N, M]"));
}

TEST_CASE("lanes are as many as is demanded, also where no tile of the rank has that size", "[mapper]") {
  Random random(3);
  Arch arch = random_arch(random);
  for (ComputeUnit& unit : arch.units) unit.lanes = 4;
  const Cascade cascade = product();
  MapProblem problem = problem_of(cascade, arch, {5, 1, 2});
  problem.constrain(parse_mapspace(Yaml::parse("mapspace: {lanes: {Z: {M: 3}}}", "s.yaml"), cascade, arch));
  require_best(problem);
  CHECK_FALSE(search_partitions(problem, Objective::parse("time"), {}).options.empty());
}

// Of 10 rows, blocks of 4 leave 2: both for two lanes, or for one alone. And two lanes take 5 steps with tiles of
// 1, but 6 with tiles of 2.
TEST_CASE("lanes with remainders are those that are best within a demand", "[mapper]") {
  const std::string demand = GENERATE(
      as<std::string>(),
      "tiles: {M: 4, K: 1}, order: [M, K], keep: {W: lanes}, bypass: {A: lanes, Z: lanes}, lanes: {Z: {M: 2}}",
      "tiles: {M: [4, 8], K: 1}, order: [M, K], keep: {W: lanes}, bypass: {A: lanes}",
      "no_loop: [M, K], keep: {A: lanes}, bypass: {W: lanes, Z: lanes}, lanes: {Z: {M: 2}}, lane_tiles: {Z: {M: "
      "[1, 2]}}");
  const unsigned seed = GENERATE(range(0u, 12u));
  Random random(seed);
  const Arch arch = random_arch(random);
  const Cascade cascade = product();
  MapProblem problem = problem_of(cascade, arch, {10, 2, 1});
  problem.constrain(parse_mapspace(Yaml::parse("mapspace: {" + demand + "}", "s.yaml"), cascade, arch));
  CAPTURE(seed, demand);
  require_best(problem);
}

TEST_CASE("tiles of lanes are as small as is demanded, also where larger ones fit", "[mapper]") {
  const std::string kept =
      "no_loop: [M, K, N], keep: {A: lanes}, bypass: {W: lanes, Z: lanes}, lanes: {Z: {M: 1}}, lane_tiles: ";
  CHECK(best_traffic(kept + "{Z: {M: 1}}") >= best_traffic(kept + "{Z: {M: 2}}"));
}

}  // namespace tilewright::test::TEST_FILE
