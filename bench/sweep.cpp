// The demo study in one process: reading, all points, no output.
#include "explore/study/sweep.hpp"

#include <benchmark/benchmark.h>

#include "common/file.hpp"

namespace tilewright {

namespace {

void demo_study(benchmark::State& state) {
  std::size_t points = 0;
  for (auto _ : state) {
    const Study study = load_study(find_config("studies", "fusemax"));
    Library library;
    points = sweep(study, library, {static_cast<int>(state.range(0)), false}).size();
  }
  state.counters["points"] = static_cast<double>(points);
}

}  // namespace

BENCHMARK(demo_study)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace tilewright
