#include "kernels/device/copy_async.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstring>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using test::error_of;
using test::run;
using test::seeds_where;

namespace {

constexpr int steps = 8;

struct alignas(16) Line {
  std::array<std::uint32_t, 4> word;
};

// Of 64 threads, each copies its own line of every step through one of two buffers, and checks the neighbour's.
// True if nothing wrong was seen. `newest` is how many groups may be on their way when a step is read.
template <int newest>
bool pipeline(std::uint64_t seed, bool barrier_before_overwriting) {
  std::array<Line, steps * 64> lines;
  for (std::size_t i = 0; i < lines.size(); ++i) lines.at(i).word.fill(static_cast<std::uint32_t>(i));
  bool right = true;
  const auto body = [&](std::byte* shared) {
    const int me = device::thread_index();
    const auto fetch = [&](int step) {
      if (step < steps) {
        device::cp_async_16(shared + 1024 * (step % 2) + 16 * me,
                            &lines.at(static_cast<std::size_t>(64 * step + me)), true);
      }
      device::cp_async_commit();
    };
    fetch(0);
    for (int step = 0; step < steps; ++step) {
      fetch(step + 1);
      device::cp_async_wait<newest>();
      device::sync_block();
      const int neighbour = (me + 33) % 64;
      right = right && device::load4(shared + 1024 * (step % 2) + 16 * neighbour) ==
                           static_cast<std::uint32_t>(64 * step + neighbour);
      if (barrier_before_overwriting) device::sync_block();
    }
    device::cp_async_wait<0>();
  };
  run(64, body, seed);
  return right;
}

}  // namespace

TEST_CASE("a pipeline of asynchronous copies that waits is right in every order") {
  CHECK(seeds_where([](auto seed) { return pipeline<1>(seed, true); }) == 20);
}

TEST_CASE("a pipeline that does not wait for its copies is seen to be wrong") {
  CHECK(seeds_where([](auto seed) { return pipeline<2>(seed, true); }) < 15);
}

TEST_CASE("a pipeline that overwrites what others still read is seen to be wrong") {
  CHECK(seeds_where([](auto seed) { return pipeline<1>(seed, false); }) < 15);
}

TEST_CASE("where it is not valid, zeros are written and nothing is read") {
  run(32, [](std::byte* shared) {
    std::byte* const mine = shared + 16 * device::thread_index();
    device::cp_async_16(mine, reinterpret_cast<const void*>(3), false);
    device::cp_async_commit();
    device::cp_async_wait<0>();
    CHECK(device::load4(mine) == 0);
    CHECK(device::load4(mine + 12) == 0);
    CHECK(device::load4(shared + 512) == 0xffffffff);
  });
}

TEST_CASE("copies are checked before they run") {
  alignas(16) const std::array<char, 32> global = {};
  const auto error = [&](int to, int from) {
    return error_of([&] {
      run(32, [&](std::byte* shared) {
        if (device::thread_index() == 2) device::cp_async_16(shared + to, global.data() + from, true);
      });
    });
  };
  CHECK(error(8, 0) == "cp.async: byte 8 of shared memory is not aligned to 16 B; block (0, 0, 0), thread 2");
  CHECK(error(test::shared_B - 15, 0) ==
        "cp.async: 16 B at byte 16369 are not within the shared memory of 16384 B; block (0, 0, 0), thread 2");
  CHECK(error(-16, 0) ==
        "cp.async: 16 B at byte -16 are not within the shared memory of 16384 B; block (0, 0, 0), thread 2");
  CHECK(error(0, 4) == "cp.async: an address is not aligned to 16 B; block (0, 0, 0), thread 2");
}

TEST_CASE("a copy that nobody waits for is an error at the end") {
  alignas(16) const std::array<char, 16> global = {};
  CHECK(seeds_where([&](auto seed) {
          const std::string error = error_of([&] {
            run(
                32, [&](std::byte* shared) { device::cp_async_16(shared, global.data(), true); }, seed);
          });
          return error == "block (0, 0, 0) ends while asynchronous operations are on their way";
        }) > 5);
}

}  // namespace tilewright::kernels::TEST_FILE
