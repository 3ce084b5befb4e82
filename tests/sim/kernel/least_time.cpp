#include "sim/kernel/least_time.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "mappings/kernel/kernel_choice.hpp"
#include "sim/kernel/estimate.hpp"
#include "sim/kernel/prepare_blocks.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

KernelText random_kernel(std::mt19937& random) {
  const auto one_of = [&](const std::vector<std::string>& all) { return all[random() % all.size()]; };
  KernelText text;
  text.tiles = "[{q: " + one_of({"8", "16", "32"}) + ", kv: " + one_of({"4", "8", "16"}) + "}]";
  text.more = "    stages: " + one_of({"1", "2"}) + "\n    key_tiles: " + one_of({"fixed", "dynamic"}) +
              "\n    overlap: {softmax: " + one_of({"serial", "under-products"}) +
              ", copies: " + one_of({"serial", "hidden"}) +
              "}\n    element_mask: " + one_of({"partial", "visited", "none"}) +
              "\n    splits: " + one_of({"1", "3", "stream"}) + "\n    after: [{name: sum, reduces: splits}]\n";
  return text;
}

KernelParameters random_parameters(std::mt19937& random) {
  const auto between = [&](double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
  };
  return {.matrix_efficiency = between(0.3, 1.5),
          .exposed = between(0, 1),
          .tile_cycles = between(0, 2000),
          .launch_s = between(0, 1e-5),
          .mask_operations = between(0, 20)};
}

}  // namespace

TEST_CASE("no order of the blocks takes less time, nor fewer bytes, than the bound of their work") {
  std::mt19937 random(7);
  const std::vector<std::string> masks{"dense", "causal", "sliding,left=20", "blocked,window=16"};
  for (int i = 0; i < 200; ++i) {
    const Kernel kernel = small_kernel(random_kernel(random));
    const KernelParameters parameters = random_parameters(random);
    const Attention problem =
        small_problem(masks[random() % masks.size()], 16 + static_cast<Count>(random() % 300), 1 + random() % 3);
    const PreparedKernel least = prepare_blocks(kernel, one_pass(), small_gpu(), problem);
    const double least_s = least_time_s(least, parameters);
    REQUIRE(least_s > 0);
    for (const QueryOrder queries : query_orders)
      for (const bool outer : {false, true}) {
        KernelChoice order;
        order.queries = queries;
        order.queries_outer = outer;
        const PreparedKernel all = prepare(with(kernel, order), one_pass(), small_gpu(), problem);
        CAPTURE(i, to_text(queries), outer);
        CHECK(least_s <= estimate(all, parameters).time_s * (1 + 1e-12));
        CHECK(least.read_B.front() <= all.read_B.front());
      }
  }
}

TEST_CASE("of equal blocks that fill the machine, whose copies are hidden, the bound is the time") {
  const Attention problem = small_problem("dense", 512);
  const Kernel kernel = small_kernel({.more = "    stages: 8\n"});
  const KernelParameters parameters{.tile_cycles = 1000};
  const double time_s = estimate(prepare(kernel, one_pass(), small_gpu(), problem), parameters).time_s;
  const PreparedKernel least = prepare_blocks(kernel, one_pass(), small_gpu(), problem);
  CHECK(least_time_s(least, parameters) == Approx(time_s).epsilon(0.02));
  CHECK(least_time_s(least, parameters) <= time_s);
}

}  // namespace tilewright::test::TEST_FILE
