#include "kernels/micro/rate.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels::TEST_FILE {

namespace {

constexpr int blocks = 2;

template <class Rate>
std::vector<float> results(int steps) {
  std::vector<float> of_threads(blocks * Rate::threads, NAN);
  emulate<Rate>({blocks}, {steps, of_threads.data()});
  return of_threads;
}

}  // namespace

TEST_CASE("exponentials converge to the number that is its own") {
  CHECK(std::exp2(-Exp2Rate::limit) == Approx(Exp2Rate::limit).epsilon(1e-9));
  for (const float result : results<Exp2Rate>(100)) CHECK(result == Approx(Exp2Rate::limit).epsilon(1e-6));
}

TEST_CASE("multiply-adds converge to their fixed point") {
  std::vector<float> of_threads(blocks * FmaRate::threads, NAN);
  emulate<FmaRate>({blocks}, {{40, of_threads.data()}, 0.5F, 0.75F});
  for (const float result : of_threads) CHECK(result == Approx(1.5).epsilon(1e-6));
}

TEMPLATE_TEST_CASE("after n steps of products the result is n times that of one", "", device::bf16, device::fp16) {
  const auto once = results<MmaRate<TestType>>(1);
  const auto often = results<MmaRate<TestType>>(20);
  for (std::size_t thread = 0; thread < once.size(); ++thread) {
    CHECK(once[thread] > 10);
    CHECK(often[thread] == Approx(20 * once[thread]).epsilon(1e-4));
  }
  CHECK(once[0] != once[1]);
}

TEST_CASE("blocks say how long they ran") {
  std::vector<float> of_threads(blocks * Exp2Rate::threads);
  std::vector<Elapsed> elapsed(blocks, {-1, -1});
  emulate<Exp2Rate>({blocks}, {1000, of_threads.data(), elapsed.data()});
  for (const Elapsed& block : elapsed) {
    CHECK(block.sm_cycles > 0);
    CHECK(block.time_ns > 0);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
