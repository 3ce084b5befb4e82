#include "common/parallel.hpp"

#include <signal.h>
#include <tbb/blocked_range.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <algorithm>

#include "common/interrupt.hpp"

namespace tilewright {
namespace {

volatile sig_atomic_t interrupt_flag = 0;

// The second time the program ends at once, by the signal, whatever it is in the middle of.
void set_interrupt_flag(int number) {
  if (interrupted()) {
    signal(number, SIG_DFL);
    raise(number);
  }
  interrupt();
}

void run_range(std::size_t begin, std::size_t end, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = begin; i < end && !interrupted(); ++i) body(i);
}

}  // namespace

void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& body) {
  if (jobs == 1) return run_range(0, count, body);
  const int cores = tbb::info::default_concurrency();
  tbb::task_arena arena(jobs > 1 ? std::min(jobs, cores) : cores);
  arena.execute([&] {
    tbb::task_group_context context;
    const auto run = [&](const tbb::blocked_range<std::size_t>& range) {
      run_range(range.begin(), range.end(), body);
      if (interrupted()) context.cancel_group_execution();
    };
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count), run, context);
  });
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = set_interrupt_flag;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_DFL;  // `program | head` ends in silence, also where the parent ignores the signal
  sigaction(SIGPIPE, &action, nullptr);
}

void interrupt() { interrupt_flag = 1; }

bool interrupted() { return interrupt_flag != 0; }

void accept_interrupt() { interrupt_flag = 0; }

void stop_if_interrupted() {
  if (interrupted()) throw Interrupted();
}

}  // namespace tilewright
