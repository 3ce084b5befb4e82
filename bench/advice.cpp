// Advice: how many combinations of tiles, windows and strides a core answers for in a second (items).
#include "explore/advice/advice.hpp"

#include <benchmark/benchmark.h>

namespace tilewright {

namespace {

AdviceRequest request_of(const Extents& layout, const Extents& window, const Extents& tile) {
  Arguments rule("gna");
  rule.set("window", to_text(window));
  AdviceRequest request{{}, {TileOrder::multi, KeyTiles::fixed, tile, tile}, rule, nullptr};
  request.problem.requests[0].layout = {layout, layout};
  request.problem.requests[0].masks = {
      {1, 0, "gna", make_mask(pattern("gna"), rule, {request.problem.requests[0].layout})}};
  return request;
}

// The first ten pairs of tiles of 128 tokens and the requested one; all strides.
std::vector<TileChoice> ten_tiles() {
  std::vector<TileChoice> tiles = tiles_of_size(128, 128, 3);
  tiles.resize(10);
  return tiles;
}

void advise_with(benchmark::State& state, const AdviceRequest& request, const SearchSpace& space) {
  double candidates = 0;
  for (auto _ : state) candidates = advise(request, space)->candidates;
  state.SetItemsProcessed(static_cast<std::int64_t>(candidates) * state.iterations());
  state.counters["combinations"] = candidates;
}

void video(benchmark::State& state) {
  advise_with(state, request_of({30, 48, 80}, {18, 24, 24}, {2, 8, 8}), {.tiles = ten_tiles(), .jobs = 1});
}

void video_all_tiles_and_windows(benchmark::State& state) {
  advise_with(state, request_of({30, 48, 80}, {18, 24, 24}, {2, 8, 8}),
              {.tiles = tiles_of_size(128, 128, 3), .flops_within = 0.1, .jobs = 1});
}

void sequence(benchmark::State& state) { advise_with(state, request_of({32768}, {2048}, {128}), {.jobs = 1}); }

void best_stride_of_video(benchmark::State& state) {
  const AdviceRequest request = request_of({30, 48, 80}, {18, 24, 24}, {2, 8, 8});
  for (auto _ : state) benchmark::DoNotOptimize(best_stride(request));
}

void best_stride_of_sequence(benchmark::State& state) {
  const AdviceRequest request = request_of({32768}, {2048}, {128});
  for (auto _ : state) benchmark::DoNotOptimize(best_stride(request));
}

}  // namespace

BENCHMARK(video)->Unit(benchmark::kMillisecond);
BENCHMARK(video_all_tiles_and_windows)->Unit(benchmark::kMillisecond);
BENCHMARK(sequence)->Unit(benchmark::kMillisecond);
BENCHMARK(best_stride_of_video)->Unit(benchmark::kMillisecond);
BENCHMARK(best_stride_of_sequence)->Unit(benchmark::kMillisecond);

}  // namespace tilewright
