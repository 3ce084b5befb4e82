#include "kernels/device/synchronize.hpp"

#include <catch2/catch.hpp>

#include "kernels/device/memory.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using test::error_of;
using test::run;
using test::seeds_where;

namespace {

constexpr int threads = 128;

std::byte* word(std::byte* shared, int i) { return shared + 4 * i; }

// Ten times over, every thread writes its word and reads another's.
template <class Barrier>
bool exchange_works(std::uint64_t seed, int distance, const Barrier& barrier, bool second_barrier = true) {
  bool right = true;
  const auto body = [&](std::byte* shared) {
    const int me = device::thread_index();
    for (std::uint32_t i = 0; i < 10; ++i) {
      device::store4(word(shared, me), i);
      barrier();
      right = right && device::load4(word(shared, me ^ distance)) == i;
      if (second_barrier) barrier();
    }
  };
  run(threads, body, seed);
  return right;
}

}  // namespace

TEST_CASE("barriers make writes seen") {
  CHECK(seeds_where([](auto seed) { return exchange_works(seed, 64, [] { device::sync_block(); }); }) == 20);
  CHECK(seeds_where([](auto seed) { return exchange_works(seed, 3, [] { device::sync_warp(); }); }) == 20);
  const auto pair = [] { device::sync_named(1 + device::warp() / 2, 64); };
  CHECK(seeds_where([&](auto seed) { return exchange_works(seed, 32, pair); }) == 20);
}

TEST_CASE("a barrier that is missing or too narrow is seen") {
  CHECK(seeds_where([](auto seed) {
          return exchange_works(
              seed, 64, [] { device::sync_block(); }, false);
        }) < 15);
  CHECK(seeds_where([](auto seed) {
          return exchange_works(
              seed, 3, [] { device::sync_warp(); }, false);
        }) < 15);
  CHECK(seeds_where([](auto seed) { return exchange_works(seed, 32, [] { device::sync_warp(); }); }) < 15);
  const auto pair = [] { device::sync_named(1 + device::warp() / 2, 64); };
  CHECK(seeds_where([&](auto seed) { return exchange_works(seed, 64, pair); }) < 15);
}

TEST_CASE("warps that arrive do not wait") {
  // Warps 0 to 2 fill a buffer that warp 3 empties: barrier 1 says full, barrier 2 says empty.
  const auto run_once = [](std::uint64_t seed) {
    bool right = true;
    const auto body = [&](std::byte* shared) {
      for (std::uint32_t i = 0; i < 10; ++i) {
        if (device::warp() < 3) {
          if (i > 0) device::sync_named(2, threads);
          device::store4(word(shared, device::thread_index()), i);
          device::arrive_named(1, threads);
        } else {
          device::sync_named(1, threads);
          for (int from = 0; from < 3; ++from) {
            right = right && device::load4(word(shared, 32 * from + device::lane())) == i;
          }
          if (i < 9) device::arrive_named(2, threads);
        }
      }
    };
    run(threads, body, seed);
    return right;
  };
  CHECK(seeds_where(run_once) == 20);
}

TEST_CASE("a barrier that too few come to is a deadlock, which says who waits where") {
  const auto body = [](std::byte*) {
    if (device::warp() == 0) device::sync_named(3, 96);
    if (device::warp() == 1) device::sync_block();
    if (device::warp() == 3) device::arrive_named(3, 96);
  };
  CHECK(error_of([&] { run(threads, body); }) ==
        "deadlock in block (0, 0, 0): threads 0-31 waiting in bar.sync 3, threads 32-63 waiting in bar.sync 0, "
        "threads 64-127 ended");
}

TEST_CASE("a barrier that a lane leaves out is a deadlock") {
  const auto body = [](std::byte*) {
    if (device::thread_index() != 5) device::sync_warp();
  };
  CHECK(error_of([&] { run(32, body); }) ==
        "deadlock in block (0, 0, 0): threads 0-4 waiting in bar.warp.sync, thread 5 ended, "
        "threads 6-31 waiting in bar.warp.sync");
}

TEST_CASE("wrong uses of named barriers are refused") {
  const auto error = [](const test::Body& body) {
    const std::string text = error_of([&] { run(threads, body); });
    return text.substr(0, text.find(';'));
  };
  CHECK(error([](std::byte*) { device::sync_named(0, threads); }) == "bar.sync: there is no barrier 0 to be named");
  CHECK(error([](std::byte*) { device::arrive_named(16, threads); }) ==
        "bar.arrive: there is no barrier 16 to be named");
  CHECK(error([](std::byte*) { device::sync_named(1, 100); }) ==
        "bar.sync 1: 100 threads are not a number of whole warps");
  CHECK(error([](std::byte*) { device::sync_named(1, device::lane() == 0 ? 64 : 128); }) ==
        "bar.sync 1: lanes give different numbers of threads");
  const std::string mixed = error([](std::byte*) { device::sync_named(1, device::warp() == 0 ? 96 : 128); });
  CHECK((mixed == "bar.sync 1: 96 threads, but other warps said 128" ||
         mixed == "bar.sync 1: 128 threads, but other warps said 96"));
  CHECK(error([](std::byte*) {
          device::arrive_named(1, 64);
          device::arrive_named(1, 64);
        }) == "bar.arrive 1: the warp comes twice before the barrier is complete");
}

}  // namespace tilewright::kernels::TEST_FILE
