// Bounds over batches of unequal requests.
#include "einsum/requests.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/bound/explain.hpp"
#include "sim/bound/ladder_json.hpp"
#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Attention posed(const std::string& requests, const std::string& mask, Count heads = 1) {
  Attention problem = problem_of(mask, "1", "1", "1", heads);
  problem.requests = make_requests(find_requests(requests), find_mask(mask), heads);
  return problem;
}

Tiling tiles(Count query, Count key) { return {.query_tile = {query}, .key_tile = {key}}; }

void check_same(const Ladder& a, const Ladder& b) {
  CHECK(a.pairs == Approx(b.pairs));
  CHECK(a.all_pairs == Approx(b.all_pairs));
  CHECK(a.tiles_visited == Approx(b.tiles_visited));
  CHECK(a.tiles_computed == Approx(b.tiles_computed));
  CHECK(a.wasted_by_padding == Approx(b.wasted_by_padding).margin(1e-9));
  CHECK(a.tiles_worst == b.tiles_worst);
  CHECK(a.baseline.time_s == Approx(b.baseline.time_s));
  CHECK(a.baseline.limit == b.baseline.limit);
  CHECK(a.permutation_B == Approx(b.permutation_B));
  REQUIRE(a.rungs.size() == b.rungs.size());
  for (std::size_t r = 0; r < a.rungs.size(); ++r) CHECK(a.rungs[r].time_s == Approx(b.rungs[r].time_s));
  for (std::size_t m = 0; m < a.traffic.size(); ++m)
    CHECK(a.traffic[m].key_value_B == Approx(b.traffic[m].key_value_B));
}

}  // namespace

TEST_CASE("counts are per head and sequence, whatever the lengths") {
  const Ladder ladder = climb(posed("300x900,40x40,300x2300", "causal", 2), tiles(128, 128), nullptr);
  CHECK(ladder.pairs == Approx(871120 / 3.0));
  CHECK(ladder.all_pairs == Approx((300.0 * 900 + 40 * 40 + 300.0 * 2300) / 3));
  // By hand: Q tiles of 128, 128, 44 queries that end at key 728, 856, 900; 1 tile of 40; at 2128, 2256, 2300.
  CHECK(ladder.tiles_visited == Approx((6 + 7 + 8 + 1 + 17 + 18 + 18) / 3.0));
  CHECK(ladder.query_tiles == Approx(7 / 3.0));
  CHECK(ladder.tiles_worst == 18);
  CHECK(ladder.dense_key_tiles == 18);
  CHECK(ladder.speedup_flop == Approx((270000 + 1600 + 690000) / 871120.0));
}

TEST_CASE("a list of equal requests has the bounds of the batch, and any order those of any other") {
  RandomProblems random(3);
  for (int i = 0; i < 300; ++i) {
    Posed batch = random.problem();
    const TileMachine machine = random.machine();
    Request& request = batch.requests[0];
    if (needs_of(batch).pairs == 0) continue;
    Posed list = batch;
    list.requests.assign(static_cast<std::size_t>(request.times), request);
    for (Request& each : list.requests) each.times = 1;
    const Ladder expected = climb(batch, &machine);
    const Ladder found = climb(list, &machine);
    check_same(found, expected);
  }
  for (int i = 0; i < 100; ++i) {
    Attention problem = posed("5x70,3*1x300,64x64,1x17,200x210", i % 2 == 0 ? "causal" : "sliding,left=30", 4);
    problem.kv_heads = i % 3 == 0 ? 2 : 4;
    const Tiling tiling = tiles(random.from(1, 80), random.from(1, 80));
    const TileMachine machine = random.machine();
    const Ladder expected = climb(problem, tiling, &machine);
    std::ranges::shuffle(problem.requests, random.generator());
    check_same(climb(problem, tiling, &machine), expected);
  }
}

TEST_CASE("requests have the pairs of packed documents, and with lengths of whole tiles their tiles and bytes") {
  RandomProblems random(4);
  for (int i = 0; i < 100; ++i) {
    const Count tile = random.from(1, 20);
    std::string requests;
    std::string lengths;
    Count tokens = 0;
    for (Count left = random.from(1, 5); left > 0; --left) {
      const Count length = tile * random.from(1, 6);
      requests += fmt::format("{}{}x{}", requests.empty() ? "" : ",", length, length);
      lengths += fmt::format("{}{}", lengths.empty() ? "" : "/", length);
      tokens += length;
    }
    const Attention apart = posed(requests, "causal", 2);
    const Posed packed = problem_of("documents,causal=1,lengths=" + lengths, std::to_string(tokens),
                                    std::to_string(tile), std::to_string(tile), 2);
    const TileMachine machine = machine_of(4);
    const Ladder a = climb(apart, packed.tiling, &machine);
    const Ladder b = climb(packed, &machine);
    CHECK(a.pairs * apart.sequences() == Approx(b.pairs));
    CHECK(a.tiles_visited * apart.sequences() == Approx(b.tiles_visited));
    for (std::size_t m = 0; m < 2; ++m) CHECK(a.traffic[m].sum_B() == Approx(b.traffic[m].sum_B()));
  }
}

TEST_CASE("explanations count the pairs of all requests, and JSON has each") {
  const Attention problem = posed("300x900,2*40x40", "causal");
  const Tiling tiling = tiles(128, 128);
  const Ladder ladder = climb(problem, tiling, nullptr);
  CHECK(
      text_of(ladder.baseline, problem, nullptr) ==
      "dense attention over all 273,200 pairs of 3 requests, at the same time per pair as a visited tile, without "
      "padding");
  CHECK(explain(problem, ladder)[0].why == "the mask leaves 83 % of the 273,200 pairs");
  const auto json = ladder_json(problem, tiling, ladder, nullptr);
  CHECK(json["sequences"] == 3);
  CHECK_FALSE(json.contains("keys"));
  REQUIRE(json["requests"].size() == 2);
  CHECK(json["requests"][1]["times"] == 2);
  CHECK(json["requests"][1]["keys"] == 40);
  CHECK(json["requests"][0]["heads_apart"][0]["pairs"] == 300 * 600 + 45150);
  CHECK(ladder_json(posed("3*40x40", "causal"), tiling, climb(posed("3*40x40", "causal"), tiling, nullptr),
                    nullptr)["sequences"] == 3);
}

}  // namespace tilewright::test::TEST_FILE
