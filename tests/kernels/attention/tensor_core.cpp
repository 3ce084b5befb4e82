#include "kernels/attention/tensor_core.hpp"

#include "tests/kernels/attention/ladder.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("attention on tensor cores agrees with the reference on random problems") {
  check_random<TensorCoreFamily>(5);
}

TEST_CASE("attention on tensor cores gives zeros to rows without keys") { check_empty_rows<TensorCoreFamily>(); }

TEST_CASE("attention on tensor cores bears extreme scores") { check_extreme_scores<TensorCoreFamily>(); }

}  // namespace tilewright::kernels::TEST_FILE
