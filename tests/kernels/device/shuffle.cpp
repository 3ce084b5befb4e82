#include "kernels/device/shuffle.hpp"

#include <catch2/catch.hpp>

#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using test::run;

TEST_CASE("shuffle_xor exchanges within the warp") {
  run(64, [](std::byte*) {
    const int mine = device::thread_index();
    for (int mask = 0; mask < 32; ++mask) {
      CHECK(device::shuffle_xor(mine, mask) == (mine ^ mask));
      CHECK(device::shuffle_xor(0.5F * static_cast<float>(mine), mask) == 0.5F * static_cast<float>(mine ^ mask));
    }
  });
}

TEST_CASE("a butterfly of shuffles sums over the warp") {
  run(64, [](std::byte*) {
    float sum = static_cast<float>(device::thread_index());
    for (int mask = 1; mask < 32; mask *= 2) sum += device::shuffle_xor(sum, mask);
    CHECK(sum == (device::warp() == 0 ? 496.F : 1520.F));
  });
}

TEST_CASE("shuffle takes from the lane that each one names") {
  run(64, [](std::byte*) {
    const int first = 32 * device::warp();
    const int from = 31 - device::lane();
    CHECK(device::shuffle(device::thread_index(), from) == first + from);
    CHECK(device::shuffle(static_cast<float>(device::thread_index()), 5) == static_cast<float>(first + 5));
  });
}

TEST_CASE("any_lane looks at all lanes of one warp") {
  run(64, [](std::byte*) {
    CHECK(device::any_lane(device::thread_index() == 40) == (device::warp() == 1));
    CHECK_FALSE(device::any_lane(false));
  });
}

TEST_CASE("a lane that does not exist is refused") {
  CHECK(test::error_of([] {
          run(32, [](std::byte*) { device::shuffle(1, device::thread_index() == 7 ? 32 : 0); });
        }) == "shfl.sync.idx: there is no lane 32; block (0, 0, 0), thread 7");
}

}  // namespace tilewright::kernels::TEST_FILE
