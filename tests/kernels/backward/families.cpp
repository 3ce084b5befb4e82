#include "kernels/backward/families.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <type_traits>

#include "kernels/device/numbers.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
using device::fp16;

TEST_CASE("an instance of a backward pass has kernels of its numbers, before, after and between") {
  const auto ignore = []<class... Kernels>() {};
  for (const Instance& instance : portable_backward_instances) {
    INFO(instance.kernel << " " << instance.q_tile << " " << instance.kv_tile << " " << instance.head_dim);
    CHECK(with_backward_kernel_of<bf16>(instance, ignore) == (instance.dtype == "bf16"));
    CHECK(with_query_kernels_of<bf16>(instance, ignore) == (instance.dtype == "bf16"));
    CHECK(!with_backward_kernel_of<fp16>(instance, ignore));
    CHECK(std::count(std::begin(portable_backward_instances), std::end(portable_backward_instances), instance) ==
          1);
  }
}

TEST_CASE("kernels before and after are those of the instance's Q tile and head dimension, or none") {
  Instance instance{"any", 128, 64, 64, "bf16"};
  bool right = false;
  CHECK(with_query_kernels_of<bf16>(instance, [&]<class Prepare, class Finish>() {
    right = std::is_same_v<Prepare, BackwardPrepare<bf16, 64, 128>> &&
            std::is_same_v<Finish, BackwardFinish<bf16, 64, 128>>;
  }));
  CHECK(right);
  instance.q_tile = 96;
  CHECK(!with_query_kernels_of<bf16>(instance, []<class Prepare, class Finish>() {}));
}

}  // namespace tilewright::kernels::TEST_FILE
