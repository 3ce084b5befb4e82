// Studies in one process: reading, all points, a new store each time.
#include "explore/study/sweep.hpp"

#include <benchmark/benchmark.h>

#include "common/file.hpp"
#include "tests/common/folder.hpp"

namespace tilewright {

namespace {

void run(benchmark::State& state, const Study& study) {
  std::size_t points = 0;
  for (auto _ : state) {
    const test::TemporaryFolder folder;
    Store store = Store::create_or_open(folder.path() / "results.sqlite");
    Library library;
    points = sweep(study, library, store, {.jobs = static_cast<int>(state.range(0))}).points;
  }
  state.counters["points_per_s"] =
      benchmark::Counter(static_cast<double>(points), benchmark::Counter::kIsIterationInvariantRate);
}

void demo_study(benchmark::State& state) { run(state, load_study(find_config("studies", "fusemax"))); }

// Architectures, lengths and masks: 20,000 points.
void wide_study(benchmark::State& state) {
  run(state,
      parse_study(Yaml::parse(
          "study:\n  name: wide\n  axes:\n    tokens: {from: 1024, to: 51200, step: 1024}\n    edge: {from: 16, "
          "to: 160, step: 8}\n    window: {from: 128, to: 2560, step: 128}\n  series:\n    - name: array\n"
          "      over: [edge, tokens]\n      workload: attention\n      set: {S: tokens}\n"
          "      arch: fusemax/proposal\n      arch_set: {N: edge}\n      mapping: fusemax/binding\n"
          "    - name: gpu\n      over: [window, tokens, edge]\n      workload: attention\n"
          "      set: {S: tokens, H: edge / 8}\n      mask: \"sliding,left={window}\"\n"
          "      arch: gpu/h100-sxm5\n      mapping: flash-attention-3\n",
          "wide.yaml")));
}

}  // namespace

BENCHMARK(demo_study)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(wide_study)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace tilewright
