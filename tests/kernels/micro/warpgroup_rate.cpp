#include "kernels/micro/warpgroup_rate.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels::TEST_FILE {

namespace {

template <class Rate>
std::vector<float> results(int steps) {
  std::vector<float> of_threads(Rate::threads, NAN);
  emulate<Rate>({}, {steps, of_threads.data()});
  return of_threads;
}

template <class Rate>
void check_rate() {
  const auto once = results<Rate>(1);
  const auto often = results<Rate>(5);
  for (std::size_t thread = 0; thread < once.size(); ++thread) {
    CHECK(once[thread] > 10);
    CHECK(often[thread] == Approx(5 * once[thread]).epsilon(1e-4));
  }
}

}  // namespace

TEST_CASE("after n steps of warpgroup products the result is n times that of one") {
  check_rate<WarpgroupRate<device::bf16, false>>();
  check_rate<WarpgroupRate<device::bf16, true>>();
}

}  // namespace tilewright::kernels::TEST_FILE
