#include "kernels/emulator/block.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using emulator::collective;
using emulator::Participants;
using emulator::Scope;
using test::error_of;
using test::run;
using test::seeds_where;

namespace {

struct Sum {
  int mine;
  int all = 0;
};

// The sum over the caller's group; and how often the action ran, in `actions`.
int sum(Scope scope, int mine, int& actions) {
  Sum operands{mine};
  collective(scope, "sum", operands, [&](const Participants<Sum>& group) {
    ++actions;
    int all = 0;
    for (int i = 0; i < group.size(); ++i) all += group[i].mine;
    for (int i = 0; i < group.size(); ++i) group[i].all = all;
  });
  return operands.all;
}

int sum_of_range(int first, int count) { return count * (2 * first + count - 1) / 2; }

}  // namespace

TEST_CASE("a collective acts once for all threads of a group") {
  int actions = 0;
  run(256, [&](std::byte*) {
    const int me = device::thread_index();
    CHECK(sum(Scope::thread, me, actions) == me);
    CHECK(sum(Scope::warp, me, actions) == sum_of_range(me / 32 * 32, 32));
    CHECK(sum(Scope::warpgroup, me, actions) == sum_of_range(me / 128 * 128, 128));
    CHECK(sum(Scope::block, me, actions) == sum_of_range(0, 256));
  });
  CHECK(actions == 256 + 8 + 2 + 1);
}

TEST_CASE("threads of a group that part ways are an error") {
  const auto body = [](std::byte*) {
    int nothing = 0;
    const bool odd = device::thread_index() % 2 != 0;
    collective(Scope::warp, odd ? "odd" : "even", nothing, [](const Participants<int>&) {});
  };
  const std::string error = error_of([&] { run(32, body); });
  CHECK((error.find("odd: other threads of its group are in even; block (0, 0, 0), thread ") == 0 ||
         error.find("even: other threads of its group are in odd; block (0, 0, 0), thread ") == 0));
}

TEST_CASE("what an action throws, emulate throws") {
  CHECK(error_of([] {
          run(64, [](std::byte*) {
            int nothing = 0;
            collective(Scope::block, "x", nothing, [](const Participants<int>&) { emulator::fail("x", "broken"); });
          });
        }).find("x: broken; block (0, 0, 0), thread ") == 0);
}

TEST_CASE("a thread waits until its condition holds") {
  const auto run_once = [](std::uint64_t seed) {
    int turn = 0;
    const auto body = [&](std::byte*) {
      const int me = device::thread_index();
      emulator::wait_until("turn", [&] { return turn == 63 - me; });
      ++turn;
    };
    run(64, body, seed);
    return turn == 64;
  };
  CHECK(seeds_where(run_once) == 20);
}

TEST_CASE("a condition that never holds is a deadlock") {
  CHECK(error_of([] {
          run(32, [](std::byte*) {
            if (device::thread_index() == 4) emulator::wait_until("godot", [] { return false; });
          });
        }) == "deadlock in block (0, 0, 0): threads 0-3 ended, thread 4 waiting in godot, threads 5-31 ended");
}

TEST_CASE("an operation runs once, at once or later, and at the latest when all wait for it") {
  int at_once = 0;
  CHECK(seeds_where([&](auto seed) {
          int done = 0;
          const auto body = [&](std::byte*) {
            if (device::thread_index() == 0) {
              for (int i = 0; i < 8; ++i) emulator::start([&] { ++done; });
              at_once += done;
            }
            emulator::wait_until("all", [&] { return done == 8; });
          };
          run(64, body, seed);
          return done == 8;
        }) == 20);
  CHECK(at_once > 8);
  CHECK(at_once < 152);
}

TEST_CASE("operations of a queue run in their order, others in any") {
  const auto order = [](std::uint64_t seed, bool queued) {
    std::vector<int> done;
    const auto body = [&](std::byte*) {
      if (device::thread_index() == 0) {
        auto& queue = emulator::state<emulator::OperationQueue>(Scope::block);
        for (int i = 0; i < 8; ++i) {
          const auto operation = [&done, i] { done.push_back(i); };
          queued ? queue.start(operation) : emulator::start(operation);
        }
      }
      emulator::wait_until("all", [&] { return done.size() == 8; });
    };
    run(32, body, seed);
    return std::is_sorted(done.begin(), done.end());
  };
  CHECK(seeds_where([&](auto seed) { return order(seed, true); }) == 20);
  CHECK(seeds_where([&](auto seed) { return order(seed, false); }) < 15);
}

TEST_CASE("a queue can be waited for in part") {
  CHECK(seeds_where([](auto seed) {
          int done = 0;
          bool right = true;
          const auto body = [&](std::byte*) {
            if (device::thread_index() != 0) return;
            auto& queue = emulator::state<emulator::OperationQueue>(Scope::thread);
            for (int i = 0; i < 8; ++i) queue.start([&] { ++done; });
            queue.finish(5);
            right = right && done >= 5 && queue.started() == 8;
            queue.finish(queue.started());
            right = right && done == 8 && queue.empty();
          };
          run(32, body, seed);
          return right;
        }) == 20);
}

TEST_CASE("state belongs to a group and lives as long as its block") {
  std::vector<int> counts;
  emulator::run_grid({{2, 1, 1}, 64, 0}, {}, [&](std::byte*) {
    int& of_warp = emulator::state<int>(Scope::warp);
    int& of_block = emulator::state<int>(Scope::block);
    ++of_warp;
    ++of_block;
    device::sync_block();
    CHECK(of_warp == 32);
    CHECK(of_block == 64);
    CHECK(emulator::state<float>(Scope::warp) == 0);
    CHECK(emulator::state<int>(Scope::thread) == 0);
  });
}

}  // namespace tilewright::kernels::TEST_FILE
