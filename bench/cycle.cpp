// A long dense problem, 30 x 48 x 80 tokens and 24 heads, simulated: 19 million visits of tiles of 128 x 128; with
// the visits that repeat themselves skipped, and exact.
#include <benchmark/benchmark.h>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "mappings/kernel/parse.hpp"
#include "sim/kernel/cycle/simulate.hpp"

namespace tilewright {

namespace {

PreparedKernel prepared(const std::string& name, const std::string& mask) {
  const Arch arch = ArchFile::load(find_config("archs", "gpu/h100-sxm5")).with();
  const Yaml file = Yaml::load(find_kernel(name));
  const Cascade cascade = load_cascade(find_config("cascades", kernel_cascade(file)));
  Attention problem;
  problem.requests[0].layout = {{30, 48, 80}, {30, 48, 80}};
  problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, 24);
  problem.kv_heads = 24;
  problem.head_dim = problem.value_dim = 128;
  problem.words = AttentionWords::all(2);
  const Kernel kernel =
      parse_kernel(file, cascade, arch, *load_workload(find_config("workloads", "attention")).ranks);
  return prepare(kernel, cascade, arch, problem, {.query_tile = {2, 8, 8}, .key_tile = {2, 8, 8}});
}

void simulate_kernel(benchmark::State& state, const std::string& mask, bool exact) {
  const PreparedKernel kernel = prepared("flash-attention-3", mask);
  const KernelParameters parameters{.matrix_efficiency = 0.95, .exposed = 0.65, .tile_cycles = 1500};
  for (auto _ : state) benchmark::DoNotOptimize(simulate(kernel, parameters, {.exact = exact, .trace = {}}).time_s);
  state.counters["visits"] = kernel.blocks.visits();
}

}  // namespace

BENCHMARK_CAPTURE(simulate_kernel, dense, "dense", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_kernel, dense_exact, "dense", true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_kernel, window, "gna,window=18x24x24", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_kernel, window_exact, "gna,window=18x24x24", true)->Unit(benchmark::kMillisecond);

}  // namespace tilewright
