#include "kernels/device/mbarrier.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::test;
using Catch::Contains;
using device::MBarrier;

namespace {

MBarrier* barrier(std::byte* shared, int index = 0) { return reinterpret_cast<MBarrier*>(shared) + index; }

int* numbers(std::byte* shared) { return reinterpret_cast<int*>(shared + 1024); }

// Makes barriers of so many arrivals each, and lets the block see them.
void make(std::byte* shared, const std::vector<int>& arrivals) {
  if (device::thread_index() == 0) {
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
      device::mbarrier_init(barrier(shared, static_cast<int>(i)), arrivals[i]);
    }
    device::fence_barrier_init();
  }
  device::sync_block();
}

// 64 threads: a warp writes 32 numbers, and each of its lanes arrives; the other warp adds them up.
int sum_of_written(std::uint64_t seed, bool wait) {
  int sum = 0;
  run(
      64,
      [&](std::byte* shared) {
        make(shared, {32});
        if (device::warp() == 1) {
          numbers(shared)[device::lane()] = device::lane();
          device::mbarrier_arrive(barrier(shared));
          return;
        }
        if (wait) device::mbarrier_wait(barrier(shared), 0);
        if (device::lane() == 0) sum = std::accumulate(numbers(shared), numbers(shared) + 32, 0);
      },
      seed);
  return sum;
}

// A producer hands `count` numbers to a consumer through one place, guarded by a full and an empty barrier.
std::vector<int> handed_over(std::uint64_t seed, int count, bool wait_for_empty) {
  std::vector<int> got;
  run(
      64,
      [&](std::byte* shared) {
        make(shared, {1, 1});
        if (device::lane() != 0) return;
        for (int i = 0; i < count; ++i) {
          if (device::warp() == 0) {
            if (wait_for_empty) device::mbarrier_wait(barrier(shared, 1), i % 2 ^ 1);
            *numbers(shared) = i;
            device::mbarrier_arrive(barrier(shared, 0));
          } else {
            device::mbarrier_wait(barrier(shared, 0), i % 2);
            got.push_back(*numbers(shared));
            device::mbarrier_arrive(barrier(shared, 1));
          }
        }
      },
      seed);
  return got;
}

std::string error_in(int threads, const Body& body) {
  return error_of([&] { run(threads, body); });
}

}  // namespace

TEST_CASE("who waits at a barrier sees what was written before the arrivals") {
  CHECK(seeds_where([](std::uint64_t seed) { return sum_of_written(seed, true) == 31 * 32 / 2; }) == 20);
  CHECK(seeds_where([](std::uint64_t seed) { return sum_of_written(seed, false) == 31 * 32 / 2; }) < 20);
}

TEST_CASE("phases follow each other, and waiting for the phase before the first returns at once") {
  std::vector<int> all(9);
  std::iota(all.begin(), all.end(), 0);
  CHECK(seeds_where([&](std::uint64_t seed) { return handed_over(seed, 9, true) == all; }) == 20);
}

TEST_CASE("a producer that does not wait for an empty place loses numbers or arrives too often") {
  const auto good = [](std::uint64_t seed) {
    std::vector<int> got;
    const std::string error = error_of([&] { got = handed_over(seed, 9, false); });
    return error == "no error" && got == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8};
  };
  CHECK(seeds_where(good) < 20);
}

TEST_CASE("an arrival that is missing is a deadlock, and so is the wrong parity") {
  const auto two_of_three = [](std::byte* shared) {
    make(shared, {3});
    if (device::thread_index() < 2) device::mbarrier_arrive(barrier(shared));
    device::mbarrier_wait(barrier(shared), 0);
  };
  CHECK_THAT(error_in(32, two_of_three), Contains("mbarrier.try_wait"));
  const auto phase_one = [](std::byte* shared) {
    make(shared, {32});
    device::mbarrier_arrive(barrier(shared));
    device::mbarrier_wait(barrier(shared), 0);
    device::mbarrier_wait(barrier(shared), 1);
  };
  CHECK_THAT(error_in(32, phase_one), Contains("mbarrier.try_wait"));
}

TEST_CASE("announced bytes that are not copied hold the phase") {
  const auto body = [](std::byte* shared) {
    make(shared, {32});
    device::mbarrier_arrive_expect(barrier(shared), device::thread_index() == 7 ? 32 : 0);
    device::mbarrier_wait(barrier(shared), 0);
  };
  CHECK_THAT(error_in(32, body), Contains("mbarrier.try_wait"));
}

TEST_CASE("what no barrier takes is an error that says so") {
  const auto on_barrier_of_one = [](const std::function<void(std::byte*)>& use) {
    return error_in(32, [&](std::byte* shared) {
      make(shared, {1});
      if (device::thread_index() == 0) use(shared);
    });
  };
  CHECK(on_barrier_of_one([](std::byte* shared) { device::mbarrier_wait(barrier(shared), 2); }) ==
        "mbarrier.try_wait: parity 2; block (0, 0, 0), thread 0");
  CHECK(on_barrier_of_one([](std::byte* shared) { device::mbarrier_arrive(barrier(shared, 1)); }) ==
        "mbarrier.arrive: there is no barrier at this address; block (0, 0, 0), thread 0");
  CHECK_THAT(on_barrier_of_one([](std::byte* shared) { device::mbarrier_init(barrier(shared), 0); }),
             Contains("mbarrier.init: 0 arrivals"));
  CHECK_THAT(on_barrier_of_one(
                 [](std::byte* shared) { device::mbarrier_arrive(reinterpret_cast<MBarrier*>(shared + 4)); }),
             Contains("not aligned"));
  CHECK_THAT(on_barrier_of_one([](std::byte* shared) { device::mbarrier_arrive_expect(barrier(shared), 2 << 20); }),
             Contains("more than a barrier counts"));
  // The second arrival finds the phase complete but for its bytes.
  CHECK_THAT(on_barrier_of_one([](std::byte* shared) {
               device::mbarrier_arrive_expect(barrier(shared), 16);
               device::mbarrier_arrive(barrier(shared));
             }),
             Contains("all 1 arrivals of the phase have come"));
}

}  // namespace tilewright::kernels::TEST_FILE
