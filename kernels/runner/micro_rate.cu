#include <algorithm>
#include <cmath>

#include "kernels/runner/micro_run.cuh"

namespace tilewright::kernels::runner {
namespace {

/// Results of all threads of a grid.
class Results {
 public:
  Results(Gpu& gpu, int threads) : gpu_(gpu), count_(threads), buffer_(gpu, std::int64_t{4} * threads) {}
  [[nodiscard]] float* device() const { return buffer_.as<float>(); }
  [[nodiscard]] std::vector<float> values() {
    gpu_.wait();
    return download(gpu_, device(), static_cast<std::size_t>(count_));
  }

 private:
  Gpu& gpu_;
  int count_;
  Buffer buffer_;
};

bool all_near(const std::vector<float>& values, double wanted) {
  return std::all_of(values.begin(), values.end(),
                     [&](float value) { return std::abs(value - wanted) < 1e-5 * wanted; });
}

Outcome run_exp2(const plan::Row& point, const Device& device) {
  Gpu& gpu = device.gpu;
  constexpr int steps = 1 << 14;
  const int blocks = resident_blocks<Exp2Rate>(gpu);
  Results results(gpu, blocks * Exp2Rate::threads);
  const auto samples_s = gpu.time(point, 1, [&](int) {
    launch<Exp2Rate>({blocks}, {steps, results.device()}, gpu.stream());
  });
  return right_if(all_near(results.values(), Exp2Rate::limit), "the chains do not converge",
                  rate_of(static_cast<double>(Exp2Rate::operations_per_step) * blocks * steps, samples_s));
}

Outcome run_fma(const plan::Row& point, const Device& device) {
  Gpu& gpu = device.gpu;
  constexpr int steps = 1 << 16;
  constexpr float factor = 0.5F;
  constexpr float addend = 0.75F;
  const int blocks = resident_blocks<FmaRate>(gpu);
  Results results(gpu, blocks * FmaRate::threads);
  const auto samples_s = gpu.time(point, 1, [&](int) {
    launch<FmaRate>({blocks}, {{steps, results.device()}, factor, addend}, gpu.stream());
  });
  return right_if(all_near(results.values(), addend / (1 - factor)), "the chains do not converge",
                  rate_of(static_cast<double>(FmaRate::operations_per_step) * blocks * steps, samples_s));
}

template <MatrixChain (*chain_on)(const Gpu&)>
Outcome run_matrix(const plan::Row& point, const Device& device) {
  Gpu& gpu = device.gpu;
  const MatrixChain chain = chain_on(gpu);
  const int steps = steps_of(chain, gpu);
  Results results(gpu, chain.blocks * chain.threads);
  chain.launch(chain.blocks, {1, results.device()}, gpu.stream());
  const std::vector<float> once = results.values();
  const auto samples_s = gpu.time(point, 1, [&](int) {
    chain.launch(chain.blocks, {steps, results.device()}, gpu.stream());
  });
  return right_if(grew_with_steps(once, results.values(), steps), "the products do not add up",
                  rate_of(chain.operations_per_step * steps, samples_s));
}

}  // namespace

int steps_of(const MatrixChain& chain, const Gpu& gpu) {
  constexpr double operations_per_multiprocessor = 2e10;
  const double per_step = chain.operations_per_step / gpu.properties().multiProcessorCount;
  return std::max(1, static_cast<int>(operations_per_multiprocessor / per_step));
}

bool grew_with_steps(const std::vector<float>& once, const std::vector<float>& often, int steps) {
  for (std::size_t thread = 0; thread < once.size(); ++thread) {
    const double wanted = static_cast<double>(once[thread]) * steps;
    if (!(wanted > 0) || !(std::abs(often[thread] - wanted) < 0.05 * wanted)) return false;
  }
  return true;
}

MatrixChain synchronous_chain(const Gpu& gpu) { return chain_of<MmaRate<device::bf16>>(gpu); }

std::vector<Compiled> rate_micros() {
  const char* const fills_matrix_lanes =
      "units.tensor_cores: lanes * operations.multiply_add at clock_Hz is half of it";
  return {
      entry({"mma-sync", "FLOP/s", "mma.sync.m16n8k16 with fp32 accumulators, two operations per multiply-add",
             "units.tensor_cores_sync: lanes * operations.multiply_add at clock_Hz is half of it"},
            run_micro<run_matrix<synchronous_chain>>),
      entry({"wgmma-shared", "FLOP/s", "wgmma.m64n128k16 with fp32 accumulators, both operands from shared memory",
             fills_matrix_lanes, "sm_90a"},
            run_micro<run_matrix<warpgroup_chain<false>>>),
      entry({"wgmma-registers", "FLOP/s", "wgmma.m64n128k16 with fp32 accumulators, A from registers",
             fills_matrix_lanes, "sm_90a"},
            run_micro<run_matrix<warpgroup_chain<true>>>),
      entry({"exp2", "op/s", "ex2.approx.ftz.f32", "units.exp_units: lanes * operations.exp at clock_Hz"},
            run_micro<run_exp2>),
      entry({"fma", "op/s", "fused multiply-adds in fp32, one operation each",
             "units.vector_units: lanes at clock_Hz"},
            run_micro<run_fma>),
  };
}

}  // namespace tilewright::kernels::runner
