#include "kernels/backward/tensor_core.hpp"

#include <catch2/catch.hpp>

#include "kernels/backward/instances.hpp"
#include "kernels/device/numbers.hpp"
#include "tests/kernels/backward/backward_case.hpp"
#include "tests/kernels/backward/checks.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

using device::bf16;

/// Of one instance, chosen by its head dimension.
template <int HeadDim>
BackwardCheck check_of() {
  return {{"tensor-core-backward", 64, 64, HeadDim, "bf16"}, [](const AttentionCase& of) {
            return emulated_backward<BackwardTensorCore<bf16, HeadDim, 64, 64>, bf16, HeadDim, 64>(of, of.seed);
          }};
}

const BackwardCheck checks[] = {check_of<64>(), check_of<128>()};

}  // namespace

TEST_CASE("the backward pass on tensor cores agrees with the reference on random problems") {
  for (const BackwardCheck& each : checks) each.random_cases(12);
}

TEST_CASE("the backward pass on tensor cores gives zeros to rows without keys and to keys without queries") {
  for (const BackwardCheck& each : checks) each.empty_rows();
}

TEST_CASE("the backward pass on tensor cores adds up heads of different masks") {
  for (const BackwardCheck& each : checks) each.heads_of_different_masks();
}

TEST_CASE("the backward pass on tensor cores bears extreme scores") {
  for (const BackwardCheck& each : checks) each.extreme_scores();
}

}  // namespace tilewright::kernels::TEST_FILE
