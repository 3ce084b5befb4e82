#include "sim/kernel/estimate.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/bound/ladder.hpp"
#include "sim/kernel/least_time.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double pairs = 16 * 8;
constexpr double matrix = pairs * 64 / 64;
constexpr double softmax = (pairs + 16) / 4 + (pairs * 5 + 16 * 5 + 16 * 32) / 16;

const KernelText under{.more = "    overlap: {softmax: under-products}\n"};

PreparedKernel device(const std::string& kernel, const std::string& arch, const Attention& problem,
                      const Tiling& tiling = {}) {
  const Yaml yaml = Yaml::load(find_kernel(kernel));
  const Cascade cascade = load_cascade(find_config("cascades", kernel_cascade(yaml)));
  const Arch machine = ArchFile::load(find_config("archs", "gpu/" + arch)).with();
  return prepare(parse_kernel(yaml, cascade, machine, attention_roles()), cascade, machine, problem, tiling);
}

Attention device_problem(const std::string& mask, Count tokens, Count heads, double dim) {
  Attention problem = small_problem(mask, tokens, heads);
  problem.head_dim = problem.value_dim = dim;
  return problem;
}

}  // namespace

TEST_CASE("a visit of a serial kernel is products and softmax; of an overlapped one, the exposed share of it") {
  const PreparedKernel serial = prepare_small(small_problem("dense", 64));
  CHECK(visit_cycles(serial, {.exposed = 0.5}).full == Approx(matrix + softmax));
  CHECK(visit_cycles(serial, {.matrix_efficiency = 0.5}).full == Approx(2 * matrix + softmax));
  CHECK(visit_cycles(serial, {.mask_operations = 3}).masked == Approx(matrix + softmax + 3 * pairs / 16));
  const PreparedKernel overlapped = prepare_small(small_problem("dense", 64), under);
  CHECK(visit_cycles(overlapped, {.exposed = 0.5}).full == Approx(matrix + softmax / 2));
  CHECK(visit_cycles(overlapped, {.matrix_efficiency = 2, .exposed = 0}).full == Approx(matrix));  // no less
}

TEST_CASE("one wave of equal blocks, by hand") {
  const PreparedKernel prepared = prepare_small(small_problem("dense", 64));  // 4 blocks of 8 visits
  CHECK(prepared.occupancy.blocks == 2);
  CHECK(prepared.resident == 1);
  const KernelResult result = estimate(prepared, {.tile_cycles = 100, .launch_s = 2e-6});
  CHECK(result.sm_cycles == Approx(100 + 8 * (matrix + softmax)));
  CHECK(result.time_s == Approx(2e-6 + result.sm_cycles * 1e-9));
  CHECK(result.waves == 1);
  CHECK(result.shares.imbalance_s == Approx(0).margin(1e-15));
  CHECK(result.shares.tile_s == Approx(100e-9));
  CHECK(estimate(prepared, {}).shares.launch_s == 1e-6);  // the architecture's
  CHECK(estimate(prepared, {.clock_Hz = 2e9}).shares.matrix_s == Approx(8 * matrix / 2e9));
}

TEST_CASE("blocks that share a multiprocessor take turns; the last ones have one each") {
  Attention problem = small_problem("dense", 64, 2);  // 8 blocks on 4 multiprocessors: 2 on each
  const double block = 8 * (matrix + softmax);
  // First 8 Q tiles and a quarter of as many KV tiles from HBM, since four Q tiles share them.
  const double first = 8 * (16 * 32 * 2 + 8 * 64 * 2 / 4) / 1e12 * 1e9;
  CHECK(estimate(prepare_small(problem), {}).sm_cycles == Approx(first + 2 * block));
  problem = small_problem("dense", 64, 3);  // 12 on 8 places: the last 4 are alone
  CHECK(estimate(prepare_small(problem), {}).sm_cycles == Approx(first + 3 * block));
  problem = small_problem("dense", 16, 13);  // 13: one of the last shares its multiprocessor with another
  const KernelResult result = estimate(prepare_small(problem), {});
  const double short_block = 2 * (matrix + softmax);
  CHECK(result.sm_cycles == Approx(4 * short_block).epsilon(0.01));
  CHECK(result.shares.imbalance_s == Approx(0.75 * short_block * 1e-9));
}

TEST_CASE("bytes take their time where they are longer, and a pass adds launch and bytes") {
  Attention problem = small_problem("dense", 64);
  Arch slow = small_gpu();
  slow.levels.front().bandwidth_B_per_s = slow.levels.front().achievable_B_per_s = 1e9;
  const PreparedKernel prepared = prepare(small_kernel(), one_pass(), slow, problem);
  const KernelResult result = estimate(prepared, {});
  CHECK(result.time_s == Approx(1e-6 + (prepared.read_B.front() + prepared.write_B.front()) / 1e9));
  CHECK(result.binding == Binding(LevelId::at(0)));
  const KernelText text{.more = "    splits: 2\n    after: [{name: r, reduces: splits, bandwidth: 0.5}]\n"};
  const PreparedKernel split = prepare_small(small_problem("dense", 16), text);
  const KernelResult parts = estimate(split, {});
  CHECK(parts.shares.launch_s == Approx(2e-6));
  CHECK(parts.shares.passes_s == Approx((2 * 16 * 34 * 4 + 16 * 32 * 2) / 0.5e12));
}

TEST_CASE("a pass takes the longest of its bytes, its work and its steps") {
  const auto passes = [](const std::string& keys, const KernelParameters& parameters = {}) {
    return estimate(prepare_small(small_problem("dense", 64), {.more = "    after: [{name: a, " + keys + "}]\n"}),
                    parameters);
  };
  const auto time_s = [&](const std::string& keys) { return passes(keys).shares.passes_s; };
  const std::string bytes = "read_B: 3000, write_B: 1000, bandwidth: 0.5";  // 8 ns
  CHECK(time_s(bytes) == Approx(8e-9));
  CHECK(time_s(bytes + ", multiply_adds: 256 * 7") == Approx(8e-9));
  CHECK(time_s(bytes + ", multiply_adds: 256 * 9") == Approx(9e-9));
  CHECK(time_s(bytes + ", operations: {exp: 16 * 5, add: 64 * 6}") == Approx(11e-9));
  CHECK(time_s(bytes + ", blocks: 5, steps: 2, step_cycles: 3") == Approx(12e-9));
  CHECK(time_s(bytes + ", blocks: 5, steps: 2, step_cycles: 3, resident: 2") == Approx(8e-9));
  const KernelResult alone = estimate(prepare_small(small_problem("dense", 64)), {});
  const KernelResult both = passes(bytes + ", operations: {exp: 16 * 5}");
  CHECK(both.shares.launch_s == Approx(alone.shares.launch_s + 1e-6));
  CHECK(both.time_s == Approx(alone.time_s + 1e-6 + 8e-9));
  CHECK(both.level_read_B.front() == alone.level_read_B.front() + 3000);
  CHECK(both.level_write_B.front() == alone.level_write_B.front() + 1000);
  const UnitId special = small_gpu().unit("special");
  CHECK(both.unit_busy_s[special] == Approx(alone.unit_busy_s[special] + 5e-9));
  const KernelResult slow =
      passes("multiply_adds: 256 * 9, read_B: 1", {.matrix_efficiency = 0.5, .clock_Hz = 2e9});
  CHECK(slow.shares.passes_s == Approx(9e-9));
  // 4 multiprocessors of 1 GHz that move 2 B a cycle, where memory would have taken half as long.
  CHECK(passes(bytes, {.pass_B_per_cycle = 2}).shares.passes_s ==
        Approx(passes(bytes).shares.passes_s * 1e12 / 8e9));
  const std::string steps = bytes + ", blocks: 5, steps: 2, step_cycles: ";
  CHECK(passes(steps + "fitted").shares.passes_s == Approx(8e-9));
  CHECK(passes(steps + "fitted", {.pass_step_cycles = 3}).shares.passes_s == Approx(12e-9));
  CHECK(passes(steps + "9", {.pass_step_cycles = 3}).shares.passes_s == Approx(36e-9));
  // A block waits for its data before it moves them.
  CHECK(passes(steps + "fitted", {.pass_B_per_cycle = 2, .pass_step_cycles = 3}).shares.passes_s ==
        Approx(passes(bytes, {.pass_B_per_cycle = 2}).shares.passes_s + 12e-9));
}

TEST_CASE("a memory that reaches less takes longer, in the kernel and in passes") {
  Arch slow = small_gpu();
  slow.levels.front().bandwidth_B_per_s = slow.levels.front().achievable_B_per_s = 1e9;
  const PreparedKernel prepared = prepare(small_kernel(), one_pass(), slow, small_problem("dense", 64));
  const double launch_s = 1e-6;
  const KernelParameters half{.memory_efficiency = 0.5};
  CHECK(estimate(prepared, half).time_s - launch_s == Approx(2 * (estimate(prepared, {}).time_s - launch_s)));
  const PreparedKernel pass =
      prepare_small(small_problem("dense", 64), {.more = "    after: [{name: a, read_B: 3000}]\n"});
  CHECK(estimate(pass, half).shares.passes_s == Approx(2 * estimate(pass, {}).shares.passes_s));
}

TEST_CASE("passes have their times by name, and a call that the host launches takes as long as the host") {
  const KernelText text{.more = "    after: [{name: a, read_B: 4000}, {name: b, read_B: 8000}]\n"};
  PreparedKernel prepared = prepare_small(small_problem("dense", 64), text);
  const KernelResult graph = estimate(prepared, {});
  REQUIRE(graph.passes.size() == 2);
  CHECK(graph.passes[0].name == "a");
  CHECK(graph.passes[1].time_s == Approx(2 * graph.passes[0].time_s));
  CHECK(graph.passes[0].time_s + graph.passes[1].time_s == Approx(graph.shares.passes_s));
  prepared.kernel.host_s = graph.time_s / 2;
  CHECK(estimate(prepared, {}).time_s == graph.time_s);
  prepared.kernel.host_s = 2 * graph.time_s;
  const KernelResult eager = estimate(prepared, {});
  CHECK(eager.time_s == Approx(2 * graph.time_s));
  CHECK(eager.shares.launch_s == Approx(graph.shares.launch_s + graph.time_s));
  CHECK(eager.shares.passes_s == graph.shares.passes_s);
  CHECK(least_time_s(prepared, {}) >= prepared.kernel.host_s * (1 - 1e-12));
}

TEST_CASE("copies that nothing hides come on top") {
  const PreparedKernel prepared =
      prepare_small(small_problem("dense", 64), {.more = "    overlap: {copies: serial}\n"});
  CHECK(visit_cycles(prepared, {}).full == Approx(matrix + softmax + 8 * 64 * 2 * 4 / 4e12 * 1e9));
}

TEST_CASE("no kernel is faster than the ladder of bounds, no unit busier than the time, shares add up") {
  for (const char* kernel : {"flash-attention-2", "flash-attention-3", "cudnn-sdpa", "natten-fna-hopper"})
    for (const char* mask : {"dense", "causal", "sliding,left=511"})
      for (const Count tokens : {512, 3000, 8192})
        for (const double dim : {64.0, 128.0}) {
          const PreparedKernel prepared = device(kernel, "h100-sxm5", device_problem(mask, tokens, 12, dim));
          const KernelResult result =
              estimate(prepared, {.matrix_efficiency = 1.5, .exposed = 0, .launch_s = 1e-12});
          const TileMachine machine = tile_machine_of(prepared.arch, prepared.problem, prepared.tiling);
          INFO(kernel << ", " << mask << ", " << tokens << ", " << dim);
          for (const Rung& rung : climb(prepared.problem, prepared.tiling, &machine).rungs)
            CHECK(result.time_s >= rung.time_s * (1 - 1e-3));
          for (const UnitId u : prepared.arch.units.ids()) CHECK(result.utilisation(u) <= 1 + 1e-3);
          CHECK(result.shares.sum_s() == Approx(result.time_s));
        }
}

TEST_CASE("less work never takes longer with equal tiles") {
  // Without a cost of the element mask: a larger window may have fewer partial tiles.
  const KernelParameters parameters{.exposed = 0.6, .tile_cycles = 1500};
  const auto time_s = [&](const std::string& mask, Count tokens, Count heads) {
    const Tiling tiling{.query_tile = {128}, .key_tile = {128}};
    return estimate(device("flash-attention-3", "h100-sxm5", device_problem(mask, tokens, heads, 128), tiling),
                    parameters)
        .time_s;
  };
  double before = 0;
  for (Count window = 128; window <= 2048; window += 128) {
    const double now = time_s("sliding,left=" + std::to_string(window), 2048, 6);
    CHECK(now >= before * (1 - 1e-12));
    before = now;
  }
  before = 0;
  for (Count heads = 1; heads <= 24; ++heads) {
    const double now = time_s("causal", 2048, heads);
    CHECK(now >= before * (1 - 1e-12));
    before = now;
  }
  before = 0;
  for (Count tokens = 128; tokens <= 4096; tokens += 128) {
    const double now = time_s("dense", tokens, 6);
    CHECK(now >= before * (1 - 1e-12));
    before = now;
  }
}

TEST_CASE("unfused kernels move scores and weights through the outermost memory") {
  const PreparedKernel prepared = device("unfused", "a100-sxm4-80gb", device_problem("dense", 4096, 8, 128));
  const double scores_B = 8.0 * 4096 * 4096 * 2;
  const KernelResult result = estimate(prepared, {});
  CHECK(prepared.passes.size() == 3);
  CHECK(result.level_read_B.front() + result.level_write_B.front() == Approx(4 * scores_B).epsilon(0.05));
  CHECK(result.binding == Binding(LevelId::at(0)));
  CHECK(result.time_s >= 4 * scores_B / 2.039e12);
}

}  // namespace tilewright::test::TEST_FILE
