// FuseMax on BERT, simulated: 4096 tokens through every tile (196,608 of twelve Einsums), and 64K tokens where what
// repeats itself is gone ahead of.
#include <benchmark/benchmark.h>

#include "explore/evaluate.hpp"

namespace tilewright {

namespace {

void simulate_nest(benchmark::State& state, double tokens, bool exact, NestSchedule schedule) {
  Library library;
  const Candidate candidate = candidate_of({.workload = "BERT",
                                            .set = {{"S", tokens}},
                                            .arch = "fusemax/proposal",
                                            .arch_set = {},
                                            .mapping = "fusemax/binding"},
                                           library);
  double tiles = 0;
  for (auto _ : state) {
    const Record record = simulate(candidate, {.exact = exact, .schedule = schedule});
    tiles = *record.number("group.attention.tiles");
  }
  state.counters["tiles"] = tiles;
  if (exact)
    state.counters["tasks_per_s"] = benchmark::Counter(12 * tiles, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

BENCHMARK_CAPTURE(simulate_nest, exact_4K, 4096, true, NestSchedule::given)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_nest, exact_4K_auto, 4096, true, NestSchedule::automatic)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_nest, ahead_64K, 65536, false, NestSchedule::given)->Unit(benchmark::kMillisecond);

}  // namespace tilewright
