#include "kernels/emulator/emulate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "kernels/device/platform.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using test::error_of;
using test::run;
using test::seeds_where;

namespace {

// Reverses the order of the numbers of every block.
struct Reverse {
  struct Params {
    const int* from;
    int* to;
  };
  static constexpr int threads = 64;
  static constexpr int shared_B = threads * 4;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    int* const numbers = reinterpret_cast<int*>(shared);
    const int me = device::thread_index();
    const int first = threads * device::block_index().x;
    numbers[me] = params.from[first + me];
    device::sync_block();
    params.to[first + me] = numbers[threads - 1 - me];
  }
};

// In which order threads of three blocks pass.
std::vector<int> order_of(std::uint64_t seed) {
  std::vector<int> order;
  emulator::run_grid({{3, 1, 1}, 64, 0}, {seed}, [&](std::byte*) {
    order.push_back(64 * device::block_index().x + device::thread_index());
    device::sync_warp();
    order.push_back(64 * device::block_index().x + device::thread_index());
  });
  return order;
}

}  // namespace

TEST_CASE("a kernel type runs over a grid") {
  std::vector<int> from(5 * 64);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<int>(i);
  std::vector<int> to(from.size());
  emulate<Reverse>({5, 1, 1}, {from.data(), to.data()});
  for (int i = 0; i < 5 * 64; ++i) CHECK(to[static_cast<std::size_t>(i)] == i / 64 * 64 + 63 - i % 64);
}

TEST_CASE("a seed gives its order, and other seeds give others") {
  CHECK(order_of(1) == order_of(1));
  CHECK(order_of(1) != order_of(2));
}

TEST_CASE("warps run ahead of each other by far, and any lane may be the first of its warp") {
  // Whether warp `ahead` takes ten steps before warp `behind` takes one.
  const auto far_ahead = [](std::uint64_t seed, int ahead, int behind) {
    std::vector<int> order;
    const auto body = [&](std::byte*) {
      for (int step = 0; step < 10; ++step) {
        if (device::lane() == 0) order.push_back(device::warp());
        device::sync_warp();
      }
    };
    run(128, body, seed);
    const auto first = std::find(order.begin(), order.end(), behind);
    return std::count(order.begin(), first, ahead) == 10;
  };
  const auto lane_is_first = [](std::uint64_t seed, int lane) { return order_of(seed).front() % 32 == lane; };
  CHECK(seeds_where([&](auto seed) { return far_ahead(seed, 0, 3); }) >= 3);
  CHECK(seeds_where([&](auto seed) { return far_ahead(seed, 3, 0); }) >= 3);
  CHECK(seeds_where([&](auto seed) { return lane_is_first(seed, order_of(1).front() % 32); }) <= 5);
}

TEST_CASE("shared memory is aligned, and NaN at the start of every block") {
  emulator::run_grid({{3, 1, 1}, 32, 4096}, {}, [](std::byte* shared) {
    CHECK(reinterpret_cast<std::uintptr_t>(shared) % 1024 == 0);
    float value;
    std::memcpy(&value, shared + 128 * device::thread_index(), 4);
    CHECK(value != value);
    device::sync_block();
    if (device::thread_index() == 0) std::memset(shared, 0, 4096);
  });
}

TEST_CASE("a write past the end of shared memory is seen") {
  const auto error = [](int at) {
    return error_of([=] {
      run(32, [=](std::byte* shared) {
        if (device::thread_index() == 0) std::memset(shared + at, 1, 1);
      });
    });
  };
  const std::string outside = "block (0, 0, 0) writes outside of its shared memory";
  CHECK(error(test::shared_B) == outside);
  CHECK(error(-1) == outside);
  CHECK(error(test::shared_B - 1) == "no error");
}

TEST_CASE("what a thread throws, emulate throws, and other threads are unwound") {
  int alive = 0;
  struct Count {
    explicit Count(int& of) : count(of) { ++count; }
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;
    ~Count() { --count; }
    int& count;
  };
  const auto body = [&](std::byte*) {
    const Count here(alive);
    if (device::thread_index() == 77) throw std::runtime_error("thread 77");
    device::sync_block();
  };
  CHECK(error_of([&] { run(128, body); }) == "thread 77");
  CHECK(alive == 0);
  run(32, [](std::byte*) { device::sync_block(); });
}

TEST_CASE("a kernel within a kernel leaves the outer one as it was") {
  run(32, [](std::byte*) {
    const int me = device::thread_index();
    if (me == 3) run(64, [](std::byte*) { device::sync_block(); });
    device::sync_warp();
    CHECK(device::thread_index() == me);
  });
}

TEST_CASE("a launch that no GPU takes is refused") {
  const auto error = [](Grid grid, int threads, int shared_B) {
    return error_of([=] { emulator::run_grid({grid, threads, shared_B}, {}, [](std::byte*) {}); });
  };
  CHECK(error({0, 1, 1}, 32, 0) == "emulate: a grid of (0, 1, 1) blocks");
  CHECK(error({1, 65536, 1}, 32, 0) == "emulate: a grid of (1, 65536, 1) blocks");
  CHECK(error({1, 1, 1}, 48, 0) == "emulate: a block of 48 threads");
  CHECK(error({1, 1, 1}, 1056, 0) == "emulate: a block of 1056 threads");
  CHECK(error({1, 1, 1}, 32, 232449) == "emulate: a block with 232449 B of shared memory");
  CHECK(error({1, 1, 1}, 1024, 232448) == "no error");
}

}  // namespace tilewright::kernels::TEST_FILE
