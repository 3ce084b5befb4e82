// No rung is above what a schedule takes: for problems at random, kernels whose Q tiles have rows of one head, or
// of all heads of a KV head by position, head by head or in any order, each computed and fetched by a look at every
// pair.
#include <catch2/catch.hpp>

#include "tests/sim/bound/schedules.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double rounding = 1 + 1e-9;

// Every Q tile to the worker with the least work so far.
double makespan(const std::vector<double>& lengths, double workers) {
  std::vector<double> loads(static_cast<std::size_t>(workers), 0);
  for (const double length : lengths) *std::ranges::min_element(loads) += length;
  return std::ranges::max(loads);
}

struct Times {
  double compute_s;
  double memory_s;
  double waves_s;
};

// Units are fetched one by one, from rows of keys and from those of values, by whole accesses.
double fetched_B(const Posed& problem, const TileMachine::Memory& memory, const BruteForce& brute) {
  if (problem.tiling.key_tiles != KeyTiles::gathered) return brute.fetched_keys * problem.token_B();
  double bytes = 0;
  for (const auto& [keys, count] : brute.fetched_units) {
    const auto whole = [&, tokens = static_cast<double>(keys)](double row_B) {
      return std::ceil(tokens * row_B / memory.access_B) * memory.access_B;
    };
    bytes += count * (whole(problem.key_row_B()) + (problem.values_in_keys ? 0 : whole(problem.value_row_B())));
  }
  return bytes;
}

// From the outermost memory once.
double key_value_B(const Posed& problem, const TileMachine& machine, const Ladder& ladder, const BruteForce& brute,
                   std::size_t m) {
  const double once_B = ladder.traffic[0].key_value_B;
  if (m == 0) return once_B;
  const TileMachine::Memory& memory = machine.memories[m];
  return std::max(once_B, fetched_B(problem, memory, brute) / (memory.multicast ? machine.query_tiles_at_once : 1));
}

Times times_of(const Posed& problem, const TileMachine& machine, const Ladder& ladder, BruteForce brute) {
  const auto tile_pairs = static_cast<double>(problem.tiling.query_tile_size() * problem.tiling.key_tile_size());
  const double visits = std::reduce(brute.visits.begin(), brute.visits.end());
  Times times{machine.least_time(problem, visits * tile_pairs).time_s, 0, 0};
  for (std::size_t m = 0; m < machine.memories.size(); ++m) {
    const MemoryTraffic& least = ladder.traffic[m];
    const double keys_B = key_value_B(problem, machine, ladder, brute, m);
    times.memory_s =
        std::max(times.memory_s, (least.query_B + least.output_B + keys_B) / machine.memories[m].bandwidth_B_per_s);
  }
  std::ranges::sort(brute.visits, std::ranges::greater{});
  times.waves_s =
      machine.workers * machine.least_time(problem, makespan(brute.visits, machine.workers) * tile_pairs).time_s;
  return times;
}

bool has_pairs(const Posed& problem) {
  return std::ranges::any_of(problem.requests, [](const Request& request) {
    return std::ranges::any_of(request.masks, [](const HeadMask& mask) {
      return count_tiles(mask.mask, {TileOrder::flat, KeyTiles::fixed, {1}, {1 << 20}}).pairs > 0;
    });
  });
}

std::string text_of(const Posed& problem) {
  std::string text =
      fmt::format("Q tile {}, KV tile {}, {}, {} KV heads", to_text(problem.tiling.query_tile),
                  to_text(problem.tiling.key_tile), to_text(problem.tiling.key_tiles), problem.kv_heads);
  for (const Request& request : problem.requests) {
    text += fmt::format("; {} x {} queries, {} keys", request.times, to_text(request.layout.queries),
                        to_text(request.layout.keys));
    for (const HeadMask& mask : request.masks) text += fmt::format(", {} * {}", mask.heads, mask.text);
  }
  return text;
}

}  // namespace

TEST_CASE("no rung is above a schedule, whatever rows its Q tiles have", "[slow]") {
  RandomProblems random(17);
  int packed = 0;
  int requests = 0;
  int tight = 0;
  int gathered = 0;
  int gathered_packed = 0;  // and of several requests
  for (int i = 0; i < 2000; ++i) {
    Posed problem = random.batch();
    if (problem.tiling.order == TileOrder::multi && problem.tiling.key_tiles == KeyTiles::dynamic)
      problem.tiling.key_tiles = KeyTiles::fixed;
    if (!has_pairs(problem)) continue;
    const TileMachine machine = random.machine();
    const Ladder ladder = climb(problem, &machine);
    INFO(text_of(problem));
    Schedules schedules(problem, random);
    if (problem.tiling.key_tiles == KeyTiles::gathered) {
      ++gathered;
      gathered_packed += problem.group() > 1 && problem.requests.size() > 1 ? 1 : 0;
    }
    packed += problem.group() > 1 ? 1 : 0;
    requests += problem.requests.size() > 1 ? 1 : 0;
    std::vector<Rows> all{Rows::apart};
    if (problem.group() > 1) all.insert(all.end(), {Rows::by_position, Rows::by_head, Rows::in_any_order});
    double best_s = unlimited;
    for (const Rows rows : all) {
      const BruteForce brute = schedules.run(rows);
      const Times times = times_of(problem, machine, ladder, brute);
      CHECK(ladder.rungs[0].time_s <= times.compute_s * rounding);
      CHECK(ladder.rungs[1].time_s <= times.compute_s * rounding);
      CHECK(ladder.rungs[2].time_s <= std::max(times.compute_s, times.memory_s) * rounding);
      for (std::size_t m = 0; m < machine.memories.size(); ++m)
        CHECK(ladder.traffic[m].key_value_B <= key_value_B(problem, machine, ladder, brute, m) * rounding);
      const double all_s = std::max({times.compute_s, times.memory_s, times.waves_s});
      CHECK(ladder.rungs[3].time_s <= all_s * rounding);
      best_s = std::min(best_s, all_s);
    }
    tight += ladder.rungs[3].time_s >= best_s / rounding ? 1 : 0;
  }
  CHECK(packed > 500);
  CHECK(requests > 500);
  CHECK(tight > 500);
  CHECK(gathered > 300);
  CHECK(gathered_packed > 100);
}

TEST_CASE("heads that are packed by position pass the count of heads apart, and no rung") {
  Posed problem = problem_of("causal", "127", "128", "16", 8);
  problem.kv_heads = 1;
  RandomProblems random(1);
  const BruteForce packed = Schedules(problem, random).run(Rows::by_position);
  const double all = 127.0 * 127 * 8;
  const double reached = all / (std::reduce(packed.visits.begin(), packed.visits.end()) * 128 * 16);
  CHECK(reached == Approx(1.75).margin(0.005));
  const Ladder ladder = climb(problem, nullptr);
  CHECK(ladder.speedup_tile_apart == Approx(0.98).margin(0.005));
  CHECK(ladder.rungs[1].speedup == Approx(reached));
}

}  // namespace tilewright::test::TEST_FILE
