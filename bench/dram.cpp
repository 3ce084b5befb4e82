// A stream of tiles of 32 KB through a DRAM: rows a second, of all channels together.
#include <benchmark/benchmark.h>

#include "arch/parse_dram.hpp"
#include "common/file.hpp"
#include "sim/systemc/dram/memory.hpp"

namespace tilewright {

namespace {

void stream(benchmark::State& state, const std::string& name, std::int64_t channels) {
  const Dram dram{parse_dram_standard(Yaml::load(find_config("drams", name)), name), channels};
  DramMemory memory(dram);
  constexpr std::uint64_t tile = 32 << 10;
  std::uint64_t address = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(memory.transfer(0, address, tile, false));
    address += tile;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(address));
  state.counters["rows"] = benchmark::Counter(
      static_cast<double>(address) / static_cast<double>(dram.standard.row_B), benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK_CAPTURE(stream, hbm2, "hbm2", 8);
BENCHMARK_CAPTURE(stream, hbm3, "hbm3", 16);
BENCHMARK_CAPTURE(stream, lpddr5, "lpddr5", 4);
BENCHMARK_CAPTURE(stream, ddr4, "ddr4", 2);
BENCHMARK_CAPTURE(stream, ddr5, "ddr5", 4);

}  // namespace tilewright
