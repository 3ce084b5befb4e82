#include "sim/bound/explain.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::map<std::string, Explanation> lines_of(const Posed& problem, const Ladder& ladder) {
  std::map<std::string, Explanation> lines;
  for (const Explanation& line : explain(problem, ladder)) lines[line.name] = line;
  return lines;
}

}  // namespace

TEST_CASE("without a machine there are ratios of pairs") {
  const Posed problem = problem_of("gna,window=18x24x24", "30x48x80", "2x8x8", "2x8x8");
  const Ladder ladder = climb(problem, nullptr);
  auto lines = lines_of(problem, ladder);
  CHECK(lines.size() == 3);
  CHECK(lines["FLOP"].value == "11.11x");
  CHECK(lines["FLOP"].why == "the mask leaves 9 % of the 13,271,040,000 pairs");
  CHECK(lines["tile"].value == "5.44x");
  CHECK(
      lines["tile"].why ==
      "148,896 tiles are visited and computed whole (dense: 810,000), 83.4 % are partial; 51 % of their pairs are "
      "outside "
      "the mask");
  CHECK(lines["worst tile"].value == "3.60x");
  CHECK(lines["worst tile"].why ==
        "a Q tile visits up to 250 KV tiles (dense: 900); a bound only where all Q tiles run at once");
  CHECK(text_of(ladder.baseline, problem, nullptr) ==
        "dense attention over all 115,200 x 115,200 pairs, at the same time per pair as a visited tile, without "
        "padding");
}

TEST_CASE("shares of pairs say what they are of") {
  const Posed problem = problem_of("sliding,left=255", "4096", "128", "128");
  const auto why = [&](const Baseline& baseline) {
    return explain(problem, climb(problem, problem.tiling, nullptr, baseline))[0].why;
  };
  const auto over = [&](const std::string& mask) {
    return mask_baseline(problem, {mask, parse_mask(mask), {}, {}}, problem.tiling, nullptr);
  };
  CHECK(why(over("dense")) == "the mask leaves 6.06 % of the 16,777,216 pairs");
  CHECK(why(over("causal")) ==
        "the mask leaves 6.06 % of all 16,777,216 pairs, 12.1 % of the 8,390,656 of 'causal'");
}

TEST_CASE("padding is not taken for the mask") {
  const auto why = [](const Posed& problem) { return explain(problem, climb(problem, nullptr))[1].why; };
  CHECK(why(problem_of("dense", "60", "8", "4")).ends_with("none is partial; of their pairs 6.25 % padding"));
  CHECK(why(problem_of("causal", "6", "4", "4"))
            .ends_with("; 14.6 % of their pairs are outside the mask, 41.7 % padding"));
  CHECK(why(problem_of("dense", "64", "8", "4")).ends_with("none is partial"));
}

TEST_CASE("heads that share Q tiles are named, and what is left of the padding") {
  Posed problem = problem_of("dense", "64", "8", "16", 12);
  problem.requests[0].layout.queries = {1};
  problem.requests[0].masks = make_masks(parse_mask("dense"), problem.requests[0].layout, 12);
  problem.kv_heads = 3;
  const Ladder ladder = climb(problem, nullptr);
  CHECK(lines_of(problem, ladder)["tile"].why ==
        "4 tiles are visited and computed whole (dense: 4), none is partial; of their pairs 50 % padding; packed, "
        "the "
        "4 query heads of a KV head need no less than 1 of these each");
  problem.kv_heads = 12;
  CHECK(lines_of(problem, climb(problem, nullptr))["tile"].why.ends_with("87.5 % padding"));
}

TEST_CASE("a machine says which rung takes how long, and why") {
  const Posed problem = problem_of("causal", "64", "8", "8");
  const TileMachine machine = machine_of(2);
  const Ladder ladder = climb(problem, &machine);
  auto lines = lines_of(problem, ladder);
  CHECK(lines["traffic"].why.starts_with("no memory takes longer than units"));
  CHECK(lines["waves"].why.starts_with("8 Q tiles on 2 workers (core) may be spread evenly"));
  CHECK(lines["worst tile"].why.ends_with("; no bound here: Q tiles take turns on the workers"));
  CHECK(lines["launch order"].why ==
        "an estimate, no bound: 4 waves, the busiest worker has 1.11x the mean work (1.00x with all pairs)");
  CHECK(!lines.contains("permutation"));
  const TileMachine many = machine_of(8);
  auto uneven = lines_of(problem, climb(problem, &many));
  CHECK(uneven["waves"].why.starts_with("8 Q tiles on 8 workers (core) cannot be spread evenly without split-KV"));
  CHECK(uneven["worst tile"].why.ends_with("; a bound here: all Q tiles run at once"));
  CHECK(uneven["launch order"].why.find("1 wave,") != std::string::npos);
  const Posed square = problem_of("gna,window=3x3", "8x8", "4x4", "4x4");
  CHECK(lines_of(square, climb(square, &many)).contains("permutation"));
}

TEST_CASE("a dense problem that waits for memory is named so") {
  const Posed problem = problem_of("sliding,left=7", "64", "64", "8");
  TileMachine machine = machine_of(8);
  machine.memories = {{"DRAM", 1e-3, true}};
  const Ladder ladder = climb(problem, &machine);
  auto lines = lines_of(problem, ladder);
  CHECK(lines["FLOP"].why.find("pairs, computed by units; dense does not wait for pairs but for bytes of DRAM") !=
        std::string::npos);
  CHECK(lines["traffic"].why.starts_with("bytes of DRAM take longer"));
  CHECK(lines["waves"].why.starts_with("1 Q tile on 8 workers (core) may take no longer than that"));
  CHECK(lines["worst tile"].why.ends_with("; no bound here: dense waits for bytes of DRAM"));
  CHECK(text_of(ladder.baseline, problem, &machine)
            .starts_with("dense attention over all 64 x 64 pairs on machine, as long as the bytes of DRAM take: "));
}

TEST_CASE("a gap is shared out among rungs, unless the last one is beaten") {
  const Posed problem = problem_of("gna,window=18x24x24", "30x48x80", "2x8x8", "2x8x8");
  const Ladder ladder = climb(problem, nullptr);
  const auto behind = explain_measured(ladder, problem.tiling, 3.2);
  REQUIRE(behind.size() == 2);
  CHECK(behind[0].name == "tile");
  CHECK(behind[0].value == "2.04x");
  CHECK(behind[0].why == "57.4 % of the gap");
  CHECK(behind[1].value == "1.70x");
  CHECK(behind[1].why == "possible: 58.8 % of the last rung; 42.6 % of the gap is what no rung explains");
  for (const double measured : {6.0, ladder.speedup_flop, 20.0}) {
    const auto beyond = explain_measured(ladder, problem.tiling, measured);
    CHECK(beyond[0].why.empty());
    CHECK(beyond[1].why == (measured == 20 ? "not possible over this baseline for kernels that are exact"
                                           : "possible only for kernels that do not compute visited tiles whole, "
                                             "or that gather keys: --kv-tiling gathered"));
  }
  Tiling gathered = problem.tiling;
  gathered.key_tiles = KeyTiles::gathered;
  CHECK(verdict_on(ladder, gathered, 6) == "possible only for kernels that do not compute visited tiles whole");
  CHECK(verdict_on(ladder, problem.tiling, 3.2) == "possible: 58.8 % of the last rung");
  CHECK(explain_measured(ladder, problem.tiling, ladder.speedup_tile_mean)[1].why ==
        "possible: 100 % of the last rung; 0 % of the gap is what no rung explains");
}

TEST_CASE("every rung says for what kernels it holds") {
  Posed problem = problem_of("causal", "512", "128", "128", 8);
  TileMachine machine = machine_of(4);
  const auto conditions = [&] {
    std::vector<std::string> all;
    for (const Rung& rung : climb(problem, &machine).rungs) all.push_back(rung.holds_for);
    return all;
  };
  CHECK(conditions() == std::vector<std::string>{"are exact", "compute visited tiles whole",
                                                 "fetch K and V for every Q tile", "keep a Q tile on one worker"});
  problem.kv_heads = 2;
  machine.compute.units[0].exps_per_s = 1;
  machine.memories.resize(1);
  CHECK(conditions() == std::vector<std::string>{"take exponentials on units that have them",
                                                 "compute visited tiles whole, heads packed or apart",
                                                 "start with empty caches", "keep a Q tile on one worker"});
}

namespace {

// 8 query heads over 2 KV heads.
Ladder packed(const std::string& mask, const std::string& layout, KeyTiles key_tiles, Posed& problem) {
  problem = problem_of(mask, layout, "128", "128", 8);
  problem.kv_heads = 2;
  problem.tiling.key_tiles = key_tiles;
  return climb(problem, nullptr);
}

}  // namespace

TEST_CASE("rows of long problems are counted as those of short ones") {
  Posed problem;
  CHECK(packed("causal", "131072", KeyTiles::fixed, problem).tiles_computed == 1024 * 1025 / 2);
  const Ladder ladder = packed("causal", "1048576", KeyTiles::fixed, problem);
  CHECK(ladder.tiles_computed == 8192.0 * 8193 / 2);
  CHECK(ladder.rows_counted);
  CHECK(lines_of(problem, ladder)["tile"].why.ends_with("need no less than 33,558,528 of these each"));
}

TEST_CASE("rows that are too many to count give a weaker bound, which is named") {
  Posed problem;
  const Ladder ladder = packed("causal", "1048576", KeyTiles::gathered, problem);
  CHECK_FALSE(ladder.rows_counted);
  CHECK(ladder.tiles_computed == 33'554'464);  // of 2^39 + 2^19 pairs, 4 heads in tiles of 2^14
  CHECK(
      lines_of(problem, ladder)["tile"].why.ends_with("need no less than 33,554,464 of these each, a weaker bound: "
                                                      "too long to count row by row, so tiles are taken "
                                                      "to be full of pairs"));
}

TEST_CASE("packed heads of long problems: more pairs, no fewer tiles") {
  double before = 0;
  for (const char* mask : {"sliding,left=1000 & causal", "sliding,left=30000 & causal",
                           "sliding,left=60000 & causal", "sliding,left=90000 & causal", "causal", "dense"}) {
    INFO(mask);
    Posed problem;
    const double computed = packed(mask, "131072", KeyTiles::fixed, problem).tiles_computed;
    CHECK(computed > before);
    before = computed;
  }
}

}  // namespace tilewright::test::TEST_FILE
