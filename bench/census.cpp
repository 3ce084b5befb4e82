// The tile census of masks that are there already.
#include "einsum/mask/census.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>

#include "einsum/mask/expression.hpp"

namespace tilewright {

namespace {

Tiling tiling_of(const std::string& tile) {
  const Extents tiles = parse_extents(tile, "tile");
  return {TileOrder::multi, KeyTiles::fixed, tiles, tiles};
}

void census(benchmark::State& state, const std::string& layout, const std::string& mask, const std::string& tile) {
  const Extents extents = parse_extents(layout, "layout");
  const Mask made = parse_mask(mask).front().expression->make({{extents, extents}});
  const Tiling tiling = tiling_of(tile);
  for (auto _ : state) benchmark::DoNotOptimize(count_tiles(made, tiling));
}

// 4096 x 4096 blocks of 128 tokens, half of them there.
void census_of_blocks(benchmark::State& state, const std::string& tile) {
  constexpr Count blocks = 4096;
  constexpr Count tokens = blocks * 128;
  BlockMap map({tokens, tokens}, 128, 128);
  std::mt19937_64 random(1);
  for (Count row = 0; row < blocks; ++row) {
    std::vector<BlockMap::Word> words(blocks / 64);
    std::ranges::generate(words, random);
    map.set_row(row, words);
  }
  const Mask made = flat_mask({{tokens}, {tokens}}, block_relation(std::move(map)));
  const Tiling tiling = tiling_of(tile);
  for (auto _ : state) benchmark::DoNotOptimize(count_tiles(made, tiling));
}

}  // namespace

BENCHMARK_CAPTURE(census, video, "30x48x80", "gna,window=18x24x24", "2x8x8")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census, video_4x8x16, "30x48x80", "gna,window=18x24x24", "4x8x16")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census, sliding_1M, "1000000", "sliding,left=4095", "128")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census, sliding_1M_tiles_of_256, "1000000", "sliding,left=4095", "256")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census, causal_1M, "1000000", "causal", "128")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census_of_blocks, tiles_of_a_block, "128")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census_of_blocks, tiles_of_two, "256")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(census_of_blocks, tiles_of_eight, "1024")->Unit(benchmark::kMicrosecond);

}  // namespace tilewright
