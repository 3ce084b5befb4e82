#include "kernels/attention/sigmoid.hpp"

#include "tests/kernels/attention/ladder.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;

namespace {

// Scores far below zero are left out: their weights are as good as zero on both sides, and relative errors large.
void check(const Instance& instance, AttentionCase of) {
  of.sigmoid = true;
  of.bias = -2.5F;
  of.amplitude = 1;
  with_kernel_of<SigmoidFamily, bf16>(instance, [&]<class Kernel>() { check_case<Kernel, bf16>(instance, of); });
}

}  // namespace

TEST_CASE("sigmoid attention agrees with the reference on random problems") {
  each_instance<SigmoidFamily, bf16>([]<class Kernel>(const Instance& instance) {
    RandomCases random(static_cast<unsigned>(instance.head_dim));
    for (int i = 0; i < 3; ++i)
      check(instance, random.next({instance.q_tile, instance.kv_tile}, instance.head_dim));
  });
}

TEST_CASE("sigmoid attention gives no weight to padding") {
  each_instance<SigmoidFamily, bf16>(
      []<class Kernel>(const Instance& instance) { check(instance, line_of(instance, 3, instance.kv_tile + 1)); });
}

}  // namespace tilewright::kernels::TEST_FILE
