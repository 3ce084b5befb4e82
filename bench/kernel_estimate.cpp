// One prepared kernel estimated in a loop over its parameters, as a calibration does.
#include <benchmark/benchmark.h>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "mappings/kernel/parse.hpp"
#include "sim/kernel/estimate.hpp"

namespace tilewright {

namespace {

void kernel_estimate(benchmark::State& state, const std::string& mask, Count heads) {
  const Yaml root = Yaml::load(find_kernel("flash-attention-3"));
  const Cascade cascade = load_cascade(find_config("cascades", kernel_cascade(root)));
  const Arch arch = ArchFile::load(find_config("archs", "gpu/h100-sxm5")).with();
  Attention problem;
  const Count tokens = state.range(0);
  problem.requests[0].layout = {{tokens}, {tokens}};
  problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, heads);
  problem.kv_heads = problem.heads();
  problem.head_dim = problem.value_dim = 128;
  problem.words = AttentionWords::all(2);
  const PreparedKernel prepared =
      prepare(parse_kernel(root, cascade, arch, *load_workload(find_config("workloads", "attention")).ranks),
              cascade, arch, problem);
  KernelParameters parameters{.exposed = 0.6, .tile_cycles = 1500};
  for (auto each : state) {
    parameters.exposed += 1e-9;
    benchmark::DoNotOptimize(estimate(prepared, parameters));
  }
}

BENCHMARK_CAPTURE(kernel_estimate, dense, "dense", 256)->Arg(4096)->Arg(65536);
BENCHMARK_CAPTURE(kernel_estimate, causal, "causal", 16)->Arg(4096)->Arg(16384)->Arg(131072);
BENCHMARK_CAPTURE(kernel_estimate, causal_many_heads, "causal", 256)->Arg(16384);
BENCHMARK_CAPTURE(kernel_estimate, window, "sliding,left=4095", 64)->Arg(32768);

}  // namespace

}  // namespace tilewright
