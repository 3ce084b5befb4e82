#include "kernels/attention/instances.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "kernels/attention/families.hpp"

namespace tilewright::kernels::TEST_FILE {

namespace {

template <class T>
int families_of(const Instance& instance) {
  const auto ignore = []<class Kernel>() {};
  return with_kernel_of<NaiveFamily, T>(instance, ignore) + with_kernel_of<TiledFamily, T>(instance, ignore) +
         with_kernel_of<TensorCoreFamily, T>(instance, ignore) +
         with_kernel_of<PipelinedFamily, T>(instance, ignore) + with_kernel_of<SigmoidFamily, T>(instance, ignore);
}

}  // namespace

TEST_CASE("an instance is of exactly one family and one type of numbers") {
  for (const Instance& instance : portable_instances) {
    INFO(instance.kernel << " " << instance.q_tile << " " << instance.kv_tile << " " << instance.head_dim);
    CHECK(families_of<device::bf16>(instance) == (instance.dtype == "bf16" ? 1 : 0));
    CHECK(families_of<device::fp16>(instance) == (instance.dtype == "fp16" ? 1 : 0));
    CHECK(std::count(std::begin(portable_instances), std::end(portable_instances), instance) == 1);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
