#include "common/parallel.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

namespace tilewright::test::TEST_FILE {

namespace {

/// The exit status of `body` in a process of its own, since signals and the flag outlive a test.
int status_of(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("an interrupt is only a flag, and ends loops early without an exception") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const int calls = status_of([&] {
      catch_interrupts();
      if (interrupted()) return 100;
      int done = 0;
      parallel_for(50, 1, [&](std::size_t) {
        if (++done == 10) std::raise(signal);
      });
      return interrupted() ? done : 101;
    });
    CHECK(calls == 10);
  }
}

TEST_CASE("a second interrupt ends the program at once") {
  const pid_t child = fork();
  if (child == 0) {
    catch_interrupts();
    std::raise(SIGINT);
    std::raise(SIGTERM);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE("an interrupt ends a loop on many threads") {
  const int status = status_of([] {
    catch_interrupts();
    std::atomic<int> done = 0;
    parallel_for(1'000'000, 4, [&](std::size_t) {
      if (++done == 10) std::raise(SIGINT);
    });
    return interrupted() && done < 1'000'000 ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("every item is visited once") {
  for (const int jobs : {0, 1, 2, 7}) {
    std::vector<std::atomic<int>> visits(1000);
    parallel_for(visits.size(), jobs, [&](std::size_t i) { ++visits[i]; });
    bool once = true;
    for (const auto& visit : visits) once = once && visit == 1;
    CHECK(once);
  }
  parallel_for(0, 0, [](std::size_t) { FAIL("no item"); });
}

TEST_CASE("no more threads than jobs") {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  parallel_for(200, 2, [&](std::size_t) {
    const int now = ++running;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::yield();
    --running;
  });
  CHECK(most <= 2);
}

TEST_CASE("an exception of an item reaches the caller") {
  for (const int jobs : {0, 1, 3}) {
    CHECK_THROWS_WITH(parallel_for(100, jobs,
                                   [](std::size_t i) {
                                     if (i == 42) throw std::runtime_error("item 42");
                                   }),
                      "item 42");
  }
}

}  // namespace tilewright::test::TEST_FILE
