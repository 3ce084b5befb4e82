#include "einsum/selection_counts.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Of 8 heads, of which every two share K and V; rows of 64 and 32 elements of 2 B.
Attention of(const std::string& mask, Count queries, Count keys, double times = 1) {
  Attention problem;
  problem.requests[0].layout = {{queries}, {keys}};
  problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, 8);
  problem.requests[0].times = times;
  problem.kv_heads = 4;
  problem.head_dim = 64;
  problem.value_dim = 32;
  problem.words = AttentionWords::all(2);
  return problem;
}

SelectionCounts count(const Attention& problem, const std::string& text) {
  return count_selection(problem, parse_selection(text, "--selection"));
}

std::string error_of(const Attention& problem, const std::string& text) {
  return message_of([&] { (void)count(problem, text); });
}

// Groups of queries and keys of which some pair is, up to the query, by a look at every pair.
double pairs_one_by_one(Count queries, Count keys, Count query_group, Count key_group, bool causal) {
  std::set<std::pair<Count, Count>> groups;
  for (Count q = 0; q < queries; ++q)
    for (Count k = 0; k < keys; ++k)
      if (!causal || k - keys <= q - queries) groups.insert({q / query_group, k / key_group});
  return static_cast<double>(groups.size());
}

}  // namespace

TEST_CASE("decode that scores all keys reads all of K") {
  const SelectionCounts counts = count(of("random-blocks,keep=4,block=16", 1, 4096, 3), "keys=1");
  CHECK(counts.pairs == 3 * 4096);
  CHECK(counts.key_B == 3 * 4096 * 4 * 64 * 2);
  CHECK(counts.query_B == 3 * 4 * 64 * 2);
  CHECK(counts.multiply_adds == 3 * 4096 * 4 * 64);
  CHECK(counts.score_B == 0);
  CHECK(counts.made_B == 0);
  CHECK(counts.choices == 3 * 4);
  CHECK(counts.keep == 64);  // as the mask leaves
  CHECK(counts.index_B == 3 * 4 * 64 * 4);
}

TEST_CASE("pooled keys, heads and words are what the selection says") {
  const SelectionCounts counts =
      count(of("dense", 100, 1000), "keys=64,queries=16,heads=8,key_heads=2,dim=32,word_B=1,choose=top-k,keep=5");
  CHECK(counts.pairs == 7 * 16);
  CHECK(counts.key_B == 16 * 2 * 32);
  CHECK(counts.query_B == 7 * 8 * 32);
  CHECK(counts.multiply_adds == 7 * 16 * 8 * 32);
  CHECK(counts.score_B == 7 * 16 * 2 * 4);  // heads that share scored keys add up theirs
  CHECK(counts.index_B == 7 * 2 * 5 * 4);
  CHECK(count(of("dense", 100, 1000), "keys=64,made=true").made_B == 1000 * 4 * 64 * 2);
  CHECK(count(of("dense", 100, 1000), "keys=64,choose=hash").multiply_adds == 0);
}

TEST_CASE("the last queries alone are scored, and choose for all") {
  const SelectionCounts counts = count(of("causal", 4096, 4096), "last_queries=64");
  CHECK(counts.causal);
  CHECK(counts.pairs == 64 * 4096 - 64 * 63 / 2);
  CHECK(counts.choices == 4);
}

TEST_CASE("a causal mask leaves the groups up to the last query of a group") {
  std::mt19937 generator(7);
  const auto from = [&](Count least, Count most) {
    return std::uniform_int_distribution<Count>(least, most)(generator);
  };
  for (int trial = 0; trial < 300; ++trial) {
    const Count keys = from(1, 60);
    const Count queries = from(1, keys);
    const Count query_group = from(1, queries);
    const Count key_group = from(1, keys);
    const bool causal = from(0, 1) == 1;
    const Attention problem = of(causal ? "causal" : "dense", queries, keys);
    const SelectionCounts counts = count(problem, fmt::format("keys={},queries={}", key_group, query_group));
    CAPTURE(queries, keys, query_group, key_group, causal);
    // A single query is the last of its sequence: what it may see is all.
    REQUIRE(counts.pairs == pairs_one_by_one(queries, keys, query_group, key_group, causal));
  }
}

TEST_CASE("requests of a batch are scored each by itself") {
  Attention problem = of("causal", 100, 100, 2);
  const Attention other = of("causal", 1, 640, 3);
  problem.requests.push_back(other.requests[0]);
  const SelectionCounts counts = count(problem, "keys=64");
  CHECK(counts.pairs == 2 * (64 + 36 * 2) + 3 * 10);
  CHECK(counts.longest == 100);
}

TEST_CASE("a selection fits the problem") {
  const Attention problem = of("causal", 100, 1000);
  CHECK(error_of(problem, "keys=2000") ==
        "--selection: keys = 2000: expected at most 1000, as there are keys of a sequence");
  CHECK(error_of(problem, "last_queries=101") ==
        "--selection: last_queries = 101: expected at most 100, as there are queries of a sequence");
  CHECK(error_of(problem, "keys=64,keep=17") ==
        "--selection: keep = 17: expected at most 16, as there are (groups of) keys of a sequence");
  CHECK(error_of(problem, "heads=6") ==
        "--selection: 4 heads of scored keys: expected a divisor of the 6 heads of scored queries; 'key_heads' "
        "says how "
        "many");
  CHECK(error_of(problem, "made=true") ==
        "--selection: made: nothing is made: every key is scored as it is stored");
  CHECK(error_of(problem, "made=true,word_B=1") == "no error");
}

}  // namespace tilewright::test::TEST_FILE
