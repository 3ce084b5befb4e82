#include "kernels/backward/tensor_core.hpp"

#include <catch2/catch.hpp>

#include "kernels/backward/families.hpp"
#include "kernels/device/numbers.hpp"
#include "tests/kernels/backward/backward_case.hpp"
#include "tests/kernels/backward/checks.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

using device::bf16;

std::string run_instance(const Instance& instance, const AttentionCase& of) {
  std::string wrong = "there is no such instance";
  with_backward_kernel_of<bf16>(instance, [&]<class Main>() {
    wrong = emulated_backward<Main, bf16, Main::head_dim, Main::q_tile>(of, of.seed);
  });
  return wrong;
}

template <class Check>
void each_instance(Check check) {
  for (const Instance& instance : portable_backward_instances)
    check(BackwardCheck{instance, [&](const AttentionCase& of) { return run_instance(instance, of); }});
}

}  // namespace

TEST_CASE("the backward pass on tensor cores agrees with the reference on random problems") {
  each_instance([](const BackwardCheck& check) { check.random_cases(12); });
}

TEST_CASE("the backward pass on tensor cores gives zeros to rows without keys and to keys without queries") {
  each_instance([](const BackwardCheck& check) { check.empty_rows(); });
}

TEST_CASE("the backward pass on tensor cores adds up heads of different masks") {
  each_instance([](const BackwardCheck& check) { check.heads_of_different_masks(); });
}

TEST_CASE("the backward pass on tensor cores bears extreme scores") {
  each_instance([](const BackwardCheck& check) { check.extreme_scores(); });
}

}  // namespace tilewright::kernels::TEST_FILE
