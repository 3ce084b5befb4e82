// Simulations of kernels whose blocks own keys.
#include <catch2/catch.hpp>

#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/sim/kernel/backward.hpp"
#include "tests/sim/kernel/cycle/prepared.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("blocks that own keys: simulation and estimate agree, above the bound, and skipping changes nothing",
          "[cycle]") {
  const KernelParameters parameters{.matrix_efficiency = 0.7, .tile_cycles = 2000, .mask_operations = 2};
  for (const auto& [kernel, arch] : {std::pair("flash-attention-2-backward", "a100-sxm4-80gb"),
                                     {"flash-attention-3-backward", "h100-sxm5"},
                                     {"cudnn-sdpa-backward-blackwell", "b200"}})
    for (const char* mask : {"dense", "causal", "sliding,left=1023"}) {
      INFO(kernel << " " << mask);
      Asked asked;
      asked.kernel = kernel;
      asked.arch = std::string("gpu/") + arch;
      asked.mask = mask;
      asked.kv_heads = 8;
      const PreparedKernel prepared = test::prepared(asked);
      const KernelResult estimated = estimate(prepared, parameters);
      const KernelResult skipped = simulate(prepared, parameters);
      const KernelResult exact = simulate(prepared, parameters, {.exact = true, .trace = {}});
      CHECK(exact.time_s == Approx(estimated.time_s).epsilon(0.08));
      CHECK(skipped.time_s == Approx(exact.time_s).epsilon(0.005));
      const LevelId shared = LevelId::at(1);
      for (const KernelResult* each : {&exact, &skipped}) {
        CHECK(each->level_read_B[shared] == Approx(estimated.level_read_B[shared]).epsilon(1e-5));
        CHECK(each->level_write_B[shared] == Approx(estimated.level_write_B[shared]).epsilon(1e-5));
        CHECK(each->level_write_B.front() == Approx(estimated.level_write_B.front()).epsilon(0.1));
        CHECK(*record_of(prepared, *each).number("bound.time_s") <= each->time_s);
      }
    }
}

TEST_CASE("sums that nothing else hides take the time of their bytes", "[cycle]") {
  Arch slow = small_gpu();
  slow.levels[LevelId::at(1)].achievable_B_per_s = 1e10;
  const PreparedKernel prepared = prepare(owning_kernel(), gradients(), slow, small_problem("dense", 512, 4));
  const KernelResult result = simulate(prepared, {});
  const double bytes_s = (prepared.read_B[LevelId::at(1)] + prepared.write_B[LevelId::at(1)]) / 1e10;
  CHECK(result.time_s - result.shares.passes_s - result.shares.launch_s == Approx(bytes_s).epsilon(0.02));
}

}  // namespace tilewright::test::TEST_FILE
