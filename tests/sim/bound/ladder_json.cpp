#include "sim/bound/ladder_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Json = nlohmann::ordered_json;

bool is_finite(const Json& json) {
  if (json.is_structured()) return std::ranges::all_of(json, is_finite);
  return !json.is_null() && (!json.is_number() || std::isfinite(json.get<double>()));
}

}  // namespace

TEST_CASE("counts are whole numbers, and there are no more rungs than are known") {
  const Posed problem = problem_of("gna,window=18x24x24,stride=16x8x8", "30x48x80", "2x8x8", "2x8x8", 24);
  const Json json = ladder_json(problem, problem.tiling, climb(problem, nullptr), nullptr);
  for (const char* name :
       {"pairs", "tiles_dense", "tiles_visited", "tiles_visited_worst", "tiles_full", "tiles_partial",
        "tiles_empty", "heads", "pairs_wasted_by_mask", "pairs_wasted_by_padding"}) {
    INFO(name);
    CHECK(json.at(name).is_number_integer());
  }
  CHECK(json.at("tiles_dense") == 810000);
  CHECK(json.at("tiles_visited") == json.at("tiles_full"));
  CHECK(json.at("fully_block_sparse") == true);
  CHECK(json.at("rungs").size() == 2);
  CHECK(!json.at("rungs")[0].contains("time_s"));
  CHECK(!json.contains("traffic"));
  CHECK(!json.contains("arch"));
  CHECK(!json.contains("levels_without_bandwidth"));
}

TEST_CASE("a machine adds bytes, waves and permutation") {
  const Posed problem = problem_of("gna,window=3x3 + causal", "8x8", "4x4", "2x4", 4);
  const TileMachine machine = machine_of(4);
  const Ladder ladder = climb(problem, &machine);
  const Json json = ladder_json(problem, problem.tiling, ladder, &machine);
  CHECK(json.at("arch") == "machine");
  CHECK(json.at("rungs").size() == 4);
  CHECK(json.at("traffic").size() == 2);
  CHECK(json.at("traffic")[0].at("level") == "DRAM");
  CHECK(json.at("levels_without_bandwidth") == Json::array());
  CHECK(json.at("launch_order").at("query_tiles") == 16);
  CHECK(json.at("permutation").at("bytes") == ladder.permutation_B);
  CHECK(json.at("heads_apart").size() == 2);
  CHECK(json.at("heads_apart")[1].at("mask") == "causal");
  CHECK(json.at("heads_apart")[1].at("heads") == 2);
}

TEST_CASE("counts of KV tiles that follow one another are one entry of a distribution") {
  Census census;
  census.distribution = {{1, 1}, {2, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 2}, {8, 2}, {9, 2}, {10, 2}, {11, 1}};
  CHECK(distribution_json(census).dump() ==
        R"([{"tiles_visited":1,"query_tiles":1},{"tiles_visited":2,"query_tiles":1},)"
        R"({"tiles_visited":4,"to":6,"query_tiles":1},{"tiles_visited":7,"to":10,"query_tiles":2},)"
        R"({"tiles_visited":11,"query_tiles":1}])");
}

TEST_CASE("nothing is inf or nan") {
  RandomProblems random(6);
  for (int i = 0; i < 200; ++i) {
    const Posed problem = random.problem();
    const TileMachine machine = random.machine();
    const TileMachine* of = random.coin() ? &machine : nullptr;
    try {
      const Json json = ladder_json(problem, problem.tiling, climb(problem, of), of);
      CHECK(is_finite(json));
      CHECK(Json::parse(json.dump()) == json);
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find("it has no pairs") != std::string::npos);
    }
  }
}

}  // namespace tilewright::test::TEST_FILE
