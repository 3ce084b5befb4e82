#include "kernels/attention/pipelined.hpp"

#include "tests/kernels/attention/ladder.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
using device::fp16;

TEST_CASE("pipelined attention agrees with the reference on random problems") {
  check_random<PipelinedFamily, bf16>(3);
  check_random<PipelinedFamily, fp16>(1);
}

TEST_CASE("pipelined attention gives zeros to rows without keys") { check_empty_rows<PipelinedFamily>(); }

TEST_CASE("pipelined attention bears extreme scores") { check_extreme_scores<PipelinedFamily>(); }

TEST_CASE("pipelined attention does not depend on the order of events") {
  const Instance instance{"pipelined", 64, 64, 64, "bf16"};
  AttentionCase of = line_of(instance, 64, 250);
  of.amplitude = 6;
  of.masks.rules[0].causal[2] = true;
  for (of.seed = 1; of.seed <= 12; ++of.seed) {
    check_case<Pipelined<Config<bf16, 64, 64, 64>, Softmax>, bf16>(instance, of);
  }
}

TEST_CASE("pipelined attention works with any number of stages, and with chunks of tiles") {
  const Instance instance{"pipelined", 64, 128, 128, "bf16"};
  AttentionCase of = line_of(instance, 64, 450);
  check_case<Pipelined<Config<bf16, 128, 64, 128, 4, 2>, Softmax>, bf16>(instance, of);
  check_case<Pipelined<Config<bf16, 128, 64, 128, 4, 3>, Softmax>, bf16>(instance, of);
  check_case<Pipelined<Config<bf16, 128, 64, 128, 4, 4>, Softmax>, bf16>(instance, of);
  of.masks.kv_tile = {1, 1, 64};
  check_case<Pipelined<Config<bf16, 128, 64, 64, 4, 5>, Softmax>, bf16>(instance, of);
}

}  // namespace tilewright::kernels::TEST_FILE
