#include "sim/bound/ladder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <set>

#include "tests/common/messages.hpp"
#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double rounding = 1e-9;

// What a plain kernel moves, by a look at every pair of every head.
struct Moved {
  double queries = 0;        // of all heads that see any key
  double keys_once = 0;      // that any head of a group needs
  double keys_by_tiles = 0;  // in the tiles that every Q tile of every head visits
};

class Mover {
 public:
  explicit Mover(const Posed& problem) : problem_(problem), extent_(problem.requests[0].layout.flattened()) {}

  Moved move() {
    const auto group = static_cast<Count>(problem_.heads() / problem_.kv_heads);
    std::set<Count> seen;
    Count head = 0;
    for (const HeadMask& mask : problem_.requests[0].masks) {
      const std::set<std::pair<Count, Count>> pairs = pairs_of(mask.mask);
      const double by_tiles = keys_by_tiles(mask.mask, pairs);
      for (Count i = 0; i < mask.heads; ++i) {
        std::set<Count> queries;
        for (const auto& [query, key] : pairs) {
          queries.insert(query);
          seen.insert(key);
        }
        moved_.queries += static_cast<double>(queries.size());
        moved_.keys_by_tiles += by_tiles;
        if (++head % group != 0) continue;
        moved_.keys_once += static_cast<double>(seen.size());
        seen.clear();
      }
    }
    return moved_;
  }

 private:
  [[nodiscard]] std::set<std::pair<Count, Count>> pairs_of(const Mask& mask) const {
    std::set<std::pair<Count, Count>> pairs;
    const RelationPtr relation = mask.flattened();
    for (Count query = 0; query < extent_.queries; ++query)
      for (Count key = 0; key < extent_.keys; ++key)
        if (contains(*relation, query, key)) pairs.insert({query, key});
    return pairs;
  }

  // Fixed tiles only: by the names of the tiles that tokens are in.
  [[nodiscard]] double keys_by_tiles(const Mask& mask, const std::set<std::pair<Count, Count>>& pairs) const {
    const Layout& layout = problem_.requests[0].layout;
    std::map<std::vector<Count>, double> sizes;
    for (Count key = 0; key < extent_.keys; ++key)
      ++sizes[tile_of(mask, key, layout.keys, problem_.tiling.key_tile, extent_.keys)];
    std::set<std::pair<std::vector<Count>, std::vector<Count>>> visited;
    for (const auto& [query, key] : pairs)
      visited.insert({tile_of(mask, query, layout.queries, problem_.tiling.query_tile, extent_.queries),
                      tile_of(mask, key, layout.keys, problem_.tiling.key_tile, extent_.keys)});
    double keys = 0;
    for (const auto& [query_tile, key_tile] : visited) keys += sizes.at(key_tile);
    return keys;
  }

  // By dimension, the last one first: the dilation group and the tile in it.
  [[nodiscard]] std::vector<Count> tile_of(const Mask& mask, Count token, const Extents& layout,
                                           const Extents& tile, Count all) const {
    if (problem_.tiling.order == TileOrder::flat) return {token / tokens_of(tile), all};
    std::vector<Count> name;
    for (std::size_t d = layout.size(); d-- > 0; token /= layout[d]) {
      Count groups = 0;
      if (mask.is_product())
        for (const DilationGroup& group : mask.axes[d].groups) groups += group.times;
      groups = std::max(groups, Count{1});
      const Count at = token % layout[d];
      name.push_back((at + problem_.requests[0].layout.keys[d] - layout[d]) % groups);
      name.push_back(at / groups / tile[d]);
    }
    return name;
  }

  const Posed& problem_;
  Extent extent_;
  Moved moved_;
};

// The lists that are data, entry by entry.
double entries_of(const Posed& problem) {
  double entries = 0;
  for (const HeadMask& mask : problem.requests[0].masks) {
    if (mask.mask.axes.front().relation->blocks() == nullptr) continue;
    const auto tiles = visits_of(mask.mask, problem.tiling);
    double list = 1;
    for (const TileCount& tile : tiles) list += 1 + static_cast<double>(tile.visited);
    entries += list;
  }
  return entries;
}

// Seconds of the longest worker, where every Q tile goes to the worker with the least work.
double spread(std::vector<double> lengths, const TileMachine& machine, double tile_s) {
  std::vector<double> loads(static_cast<std::size_t>(machine.workers), 0);
  for (const double length : lengths) *std::ranges::min_element(loads) += length * tile_s;
  return std::ranges::max(loads);
}

std::vector<double> lengths_of(const Posed& problem) {
  std::vector<double> lengths;
  for (double sequence = 0; sequence < problem.requests[0].times; ++sequence)
    for (const HeadMask& mask : problem.requests[0].masks)
      for (Count head = 0; head < mask.heads; ++head)
        for (const TileCount& tile : visits_of(mask.mask, problem.tiling))
          lengths.push_back(static_cast<double>(tile.visited));
  return lengths;
}

double tile_seconds(const Posed& problem, const TileMachine& machine) {
  const auto pairs = static_cast<double>(problem.tiling.query_tile_size() * problem.tiling.key_tile_size());
  return machine.workers * machine.least_time(problem, pairs).time_s;
}

std::string text_of(const Posed& problem) {
  std::string text =
      fmt::format("{} queries, {} keys, Q tile {}, KV tile {}, {} KV heads",
                  to_text(problem.requests[0].layout.queries), to_text(problem.requests[0].layout.keys),
                  to_text(problem.tiling.query_tile), to_text(problem.tiling.key_tile), problem.kv_heads);
  for (const HeadMask& mask : problem.requests[0].masks) text += fmt::format(", {} * {}", mask.heads, mask.text);
  return text;
}

bool has_pairs(const Posed& problem) {
  return std::ranges::any_of(problem.requests[0].masks, [](const HeadMask& mask) {
    return count_tiles(mask.mask, {TileOrder::flat, KeyTiles::fixed, {1}, {1 << 20}}).pairs > 0;
  });
}

}  // namespace

TEST_CASE("every rung limits the next, and the last one limits every schedule") {
  RandomProblems random(1);
  int limited_by_bytes = 0;
  int limited_by_queries = 0;
  for (int i = 0; i < 1500; ++i) {
    const Posed problem = random.problem();
    if (!has_pairs(problem)) continue;
    const TileMachine machine = random.machine();
    const Ladder ladder = climb(problem, &machine);
    INFO(text_of(problem));
    REQUIRE(ladder.rungs.size() == 4);
    for (std::size_t r = 1; r < ladder.rungs.size(); ++r) {
      CHECK(ladder.rungs[r].time_s >= ladder.rungs[r - 1].time_s);
      CHECK(ladder.rungs[r].speedup <= ladder.rungs[r - 1].speedup);
    }
    limited_by_bytes += ladder.rungs[2].limit != ladder.rungs[1].limit ? 1 : 0;
    limited_by_queries += ladder.rungs[3].limit == limited_by_waves ? 1 : 0;
    double memory_s = 0;
    for (const MemoryTraffic& traffic : ladder.traffic) memory_s = std::max(memory_s, traffic.time_s);
    const double tile_s = tile_seconds(problem, machine);
    std::vector<double> lengths = lengths_of(problem);
    const double last_s = ladder.rungs.back().time_s;
    CHECK(ladder.waves->speedup <= ladder.rungs.back().speedup * (1 + rounding));
    CHECK((problem.group() > 1 || ladder.waves->jobs == static_cast<double>(lengths.size())));
    CHECK(ladder.waves->least_jobs <= ladder.waves->jobs);
    std::ranges::sort(lengths, std::ranges::greater{});
    CHECK(std::max(memory_s, spread(lengths, machine, tile_s)) >= last_s * (1 - rounding));
    std::ranges::shuffle(lengths, random.generator());
    CHECK(std::max(memory_s, spread(lengths, machine, tile_s)) >= last_s * (1 - rounding));
    if (ladder.worst_is_bound) CHECK(ladder.rungs.back().speedup <= ladder.speedup_tile_worst * (1 + rounding));
  }
  CHECK(limited_by_bytes > 100);
  CHECK(limited_by_queries > 100);
}

TEST_CASE("bytes are no more than what a plain kernel moves") {
  RandomProblems random(2);
  for (int i = 0; i < 700; ++i) {
    Posed problem = random.problem();
    problem.tiling.key_tiles = KeyTiles::fixed;
    if (!has_pairs(problem)) continue;
    const TileMachine machine = random.machine();
    const Ladder ladder = climb(problem, &machine);
    const Moved moved = Mover(problem).move();
    INFO(text_of(problem));
    REQUIRE(ladder.traffic.size() == machine.memories.size());
    CHECK(ladder.tile_list_B == 4 * entries_of(problem));
    for (std::size_t m = 0; m < ladder.traffic.size(); ++m) {
      const MemoryTraffic& traffic = ladder.traffic[m];
      const bool shared = m > 0 && machine.memories[m].multicast;
      CHECK(traffic.query_B ==
            Approx(moved.queries * problem.requests[0].times * problem.head_dim * problem.words.query_B));
      CHECK(traffic.output_B ==
            Approx(static_cast<double>(problem.requests[0].layout.flattened().queries) * problem.heads() *
                   problem.requests[0].times * problem.value_dim * problem.words.output_B));
      CHECK(traffic.time_s == Approx(traffic.sum_B() / machine.memories[m].bandwidth_B_per_s));
      const double values_B = problem.values_in_keys ? 0 : problem.value_dim * problem.words.value_B;
      const double keys =
          traffic.key_value_B / (problem.requests[0].times * (problem.head_dim * problem.words.key_B + values_B));
      const double by_tiles = moved.keys_by_tiles;
      const double true_keys = m == 0   ? moved.keys_once
                               : shared ? std::max(moved.keys_once, by_tiles / machine.query_tiles_at_once)
                                        : by_tiles;
      CHECK(keys <= true_keys * (1 + rounding));
      if (m > 0 && !shared && problem.group() == 1) CHECK(keys == Approx(by_tiles));
      if (problem.requests[0].masks.size() == 1 && m == 0) CHECK(keys == Approx(true_keys));
    }
  }
}

TEST_CASE("the query heads of a KV head fetch its keys once where one Q tile has room for them") {
  Posed problem = problem_of("dense", "64", "8", "16", 12);
  problem.requests[0].layout.queries = {1};
  const TileMachine machine = machine_of(4);
  const auto climbed = [&](const std::string& mask, double kv_heads) {
    problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, 12);
    problem.kv_heads = kv_heads;
    return climb(problem, &machine);
  };
  const auto keys = [](const Ladder& ladder) { return ladder.traffic[1].key_value_B / (2 * 256); };
  const Ladder alone = climbed("dense", 12);
  CHECK(keys(alone) == 12 * 64);
  CHECK(alone.waves->jobs == 12);
  const Ladder one = climbed("dense", 3);
  CHECK(keys(one) == 3 * 64);
  CHECK(one.waves->jobs == 3);
  CHECK(one.tiles_computed == 1);
  CHECK(one.speedup_tile_mean == 4 / 8.0);
  CHECK(one.wasted_by_padding == 64);
  const Ladder two = climbed("dense", 1);  // 12 rows in tiles of 8
  CHECK(keys(two) == 2 * 64);
  CHECK(two.waves->jobs == 2);
  // A group of 4 with two masks shares too, and needs no less than its neediest head.
  const Ladder mixed = climbed("2 * (sliding,left=15) + 10 * dense", 3);
  CHECK(keys(mixed) == 3 * 64);
  CHECK(mixed.waves->jobs == 3);
  problem.tiling.query_tile = {1};
  CHECK(keys(climbed("dense", 3)) == 12 * 64);
}

TEST_CASE("a group of heads needs at least the keys of its neediest head") {
  // Keys that each of the four heads needs: 16, 4, 4, 1.
  Posed problem = problem_of("dense + 2 * (dense >> 0/12) + (dense >> 0/15)", "16", "4", "4", 4);
  problem.head_dim = problem.value_dim = 1;
  problem.words = AttentionWords::all(1);
  const TileMachine machine = machine_of(1);
  for (const auto& [kv_heads, keys] : std::map<double, double>{{4, 25}, {2, 20}, {1, 16}}) {
    problem.kv_heads = kv_heads;
    CHECK(climb(problem, &machine).traffic[0].key_value_B == 2 * keys);
    CHECK(climb(problem, &machine).traffic[1].key_value_B == 2 * 4 * (16 + 4 + 4 + 4));
  }
}

TEST_CASE("dense attention is no faster than dense attention") {
  RandomProblems random(3);
  for (int i = 0; i < 300; ++i) {
    Posed problem = random.problem();
    problem.requests[0].masks =
        make_masks(parse_mask("dense"), problem.requests[0].layout, static_cast<Count>(problem.heads()));
    const TileMachine machine = random.machine();
    const Ladder ladder = climb(problem, &machine);
    INFO(text_of(problem));
    CHECK(ladder.speedup_flop == 1);
    CHECK(ladder.rungs[2].speedup <= 1 + rounding);
  }
  const TileMachine machine = machine_of(4);
  CHECK(climb(problem_of("dense", "16x16", "4x4", "4x4"), &machine).rungs.back().speedup == Approx(1));
}

TEST_CASE("gathered tiles read an index of every unit, and what they need by whole accesses") {
  Posed problem = problem_of("vertical-slash,columns=3/17", "64", "16", "2");
  problem.tiling.key_tiles = KeyTiles::gathered;
  TileMachine machine = machine_of(4);
  machine.memories[1].access_B = 3 * 256;
  const Ladder ladder = climb(problem, &machine);
  CHECK(ladder.tiles_visited == 4);
  CHECK(ladder.traffic[0].key_value_B == 2 * 2 * 256);
  CHECK(ladder.traffic[1].key_value_B == 7 * 2 * 3 * 256);
  CHECK(ladder.tile_list_B == 4 * (7 + 4 + 1));
}

TEST_CASE("one read of a multicast memory serves all workers at once") {
  const Posed problem = problem_of("causal", "64", "8", "8");
  TileMachine machine = machine_of(8);
  const double each = climb(problem, &machine).traffic[1].key_value_B;
  CHECK(each == 36 * 8 * 2 * 256);
  machine.memories[1].multicast = true;
  CHECK(climb(problem, &machine).traffic[1].key_value_B == 64 * 2 * 256);
  machine.query_tiles_at_once = 2;
  CHECK(climb(problem, &machine).traffic[1].key_value_B == each / 2);
}

TEST_CASE("the worst tile is a bound where all Q tiles run at once, and else is none") {
  const Posed problem = problem_of("causal", "64", "8", "8");
  const TileMachine many = machine_of(8);
  const Ladder at_once = climb(problem, &many);
  CHECK(at_once.speedup_tile_worst == 1);
  CHECK(at_once.worst_is_bound);
  CHECK(at_once.rungs.back().speedup == 1);
  // Two workers share 36 of 64 tiles evenly: a true schedule beats the worst tile.
  const TileMachine few = machine_of(2);
  const Ladder in_turn = climb(problem, &few);
  CHECK(!in_turn.worst_is_bound);
  const double true_s = spread({8, 1, 7, 2, 6, 3, 5, 4}, few, tile_seconds(problem, few));
  CHECK(in_turn.baseline.time_s / true_s == Approx(64 / 36.0));
  CHECK(in_turn.baseline.time_s / true_s > 1.7 * in_turn.speedup_tile_worst);
  CHECK(in_turn.rungs.back().speedup == Approx(64 / 36.0));
  // Where dense waits for a memory, few bytes gain more than few tiles.
  Posed decode = problem_of("sliding,left=0", "64", "1", "64");
  decode.requests[0].layout.queries = {1};
  decode.requests[0].masks = make_masks(parse_mask("sliding,left=0"), decode.requests[0].layout, 1);
  TileMachine slow = machine_of(8);
  slow.memories = {{"DRAM", 1e-3, true}};
  const Ladder by_bytes = climb(decode, &slow);
  CHECK(by_bytes.baseline.limit == "bytes of DRAM");
  CHECK(by_bytes.speedup_tile_worst == 1);
  CHECK(!by_bytes.worst_is_bound);
  CHECK(by_bytes.rungs.back().speedup > 30);
}

TEST_CASE("counts are per head, and whole where they are whole") {
  const Ladder one = climb(problem_of("gna,window=5x5", "12x12", "4x4", "4x4"), nullptr);
  const Ladder three =
      climb(problem_of("gna,window=5x5 + gna,window=5x5 + gna,window=5x5", "12x12", "4x4", "4x4", 3), nullptr);
  CHECK(three.pairs == one.pairs);
  CHECK(three.tiles_visited == one.tiles_visited);
  CHECK(three.tiles_dense == 81);
  CHECK(three.tiles_full + three.tiles_partial() + three.tiles_empty == three.tiles_dense);
  CHECK(one.rungs.size() == 2);
  CHECK(one.rungs[0].speedup == one.speedup_flop);
  CHECK(one.rungs[1].speedup == one.speedup_tile_mean);
  CHECK(!one.waves);
  const Ladder mixed = climb(problem_of("dense + causal", "16", "4", "4", 2), nullptr);
  CHECK(mixed.pairs == (256 + 136) / 2.0);
  CHECK(mixed.tiles_visited == (16 + 10) / 2.0);
  CHECK(mixed.tiles_worst == 4);
}

TEST_CASE("tokens are permuted only where tiles are not runs of them") {
  const TileMachine machine = machine_of(4);
  const auto bytes = [&](Posed problem, TileOrder order = TileOrder::multi) {
    problem.tiling.order = order;
    const Ladder ladder = climb(problem, &machine);
    CHECK(ladder.speedup_with_permutation ==
          Approx(ladder.baseline.time_s / (ladder.rungs.back().time_s + ladder.permutation_B / 1e12)));
    return ladder.permutation_B;
  };
  const double row_B = 2 * 256;  // read and written
  CHECK(bytes(problem_of("causal", "64", "8", "8")) == 0);
  CHECK(bytes(problem_of("gna,window=4,dilation=2", "64", "8", "8")) == 4 * 64 * row_B);
  CHECK(bytes(problem_of("gna,window=4,dilation=2", "64", "8", "8"), TileOrder::flat) == 0);
  CHECK(bytes(problem_of("gna,window=3x3", "8x8", "4x4", "4x4")) == 4 * 64 * row_B);
  CHECK(bytes(problem_of("gna,window=3x3", "8x8", "4x4", "4x4"), TileOrder::flat) == 0);
  CHECK(bytes(problem_of("gna,window=3x3", "8x8", "4x4", "2x8")) == 2 * 64 * row_B);
  CHECK(bytes(problem_of("gna,window=3x3", "8x8", "1x4", "2x8")) == 0);
  CHECK(bytes(problem_of("gna,window=1x3", "1x64", "1x8", "4x8")) == 0);
  CHECK(bytes(problem_of("gna,window=3x3 + causal", "8x8", "4x4", "4x4", 2)) == 2 * 4 * 64 * row_B);
  CHECK(bytes(problem_of("gna,window=4,dilation=2 + causal", "64", "8", "8", 2)) == 4 * 64 * row_B);
  Posed grouped = problem_of("gna,window=3x3", "8x8", "4x4", "4x4", 4);
  grouped.kv_heads = 1;
  grouped.requests[0].times = 3;
  CHECK(bytes(grouped) == 3 * (2 * 4 + 2) * 64 * row_B);
}

TEST_CASE("Q tiles that are too many to list have the longest order") {
  Posed problem = problem_of("causal", "4096", "16", "16");
  problem.requests[0].times = 1 << 20;
  const TileMachine machine = machine_of(132);
  const Ladder ladder = climb(problem, &machine);
  CHECK(ladder.waves->jobs == 256.0 * (1 << 20));
  CHECK(ladder.waves->imbalance == Approx(1).margin(1e-4));
  CHECK(ladder.waves->imbalance > 1);
}

TEST_CASE("a mask without pairs is refused, and one among others is not") {
  const TileMachine machine = machine_of(4);
  const std::string message = "mask '!dense' over 8x8: it has no pairs, so there is nothing to compute or to bound";
  CHECK(message_of([] { climb(problem_of("!dense", "8x8", "4x4", "4x4"), nullptr); }) == message);
  CHECK(message_of([&] { climb(problem_of("!dense", "8x8", "4x4", "4x4"), &machine); }) == message);
  const Ladder ladder = climb(problem_of("!dense + dense", "8x8", "4x4", "4x4", 2), &machine);
  CHECK(ladder.speedup_flop == 2);
  CHECK(ladder.rungs.back().speedup == Approx(2));
}

TEST_CASE("the factors of a gap make it up") {
  RandomProblems random(4);
  for (int i = 0; i < 300; ++i) {
    const Posed problem = random.problem();
    if (!has_pairs(problem)) continue;
    const TileMachine machine = random.machine();
    const Ladder ladder = climb(problem, random.coin() ? &machine : nullptr);
    const double measured = ladder.rungs.back().speedup * random.magnitude(0.1, 10);
    double factors = 1;
    double shares = 0;
    for (const GapPart& part : explain_gap(ladder, measured)) {
      factors *= part.factor;
      shares += part.share;
      CHECK((part.factor >= 1 || part.name == "kernel"));
    }
    CHECK(factors == Approx(ladder.rungs.front().speedup / measured));
    if (measured != ladder.rungs.front().speedup) CHECK(shares == Approx(1));
  }
}

TEST_CASE("no gap has no shares") {
  const Ladder ladder = climb(problem_of("causal", "64", "8", "8"), nullptr);
  for (const GapPart& part : explain_gap(ladder, ladder.speedup_flop)) CHECK(part.share == 0);
  CHECK(explain_gap(ladder, 10).back().factor < 1);
  CHECK(explain_gap(ladder, 1).back().factor == ladder.speedup_tile_mean);
}

}  // namespace tilewright::test::TEST_FILE
