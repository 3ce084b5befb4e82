#include "python/compute.hpp"

#include <nanobind/nanobind.h>
#include <signal.h>

#include <exception>
#include <mutex>

#include "common/interrupt.hpp"
#include "common/parallel.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

// While calls compute, Ctrl-C interrupts them; Python's own handler, which only sets a flag that nobody would look
// at, stands aside. A program that ignores the signal, or dies of it, goes on doing so.
class InterruptHandler {
 public:
  void enter() {
    const std::scoped_lock lock(mutex_);
    if (calls_++ > 0) return;
    sigaction(SIGINT, nullptr, &before_);
    has_own_ = before_.sa_handler != SIG_IGN && before_.sa_handler != SIG_DFL;
    if (!has_own_) return;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupt(); };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
  }
  /// Whether the calls were interrupted.
  bool leave() {
    const std::scoped_lock lock(mutex_);
    const bool stopped = interrupted();
    if (--calls_ > 0) return stopped;
    if (has_own_) sigaction(SIGINT, &before_, nullptr);
    accept_interrupt();
    return stopped;
  }

 private:
  std::mutex mutex_;
  int calls_ = 0;
  bool has_own_ = false;
  struct sigaction before_ {};
};

InterruptHandler& handler() {
  static InterruptHandler handler;
  return handler;
}

// In the main thread as Ctrl-C does; in another one, of which Python knows no signals, by itself.
[[noreturn]] void raise_interrupt() {
  PyErr_SetInterrupt();
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  throw Interrupted();
}

}  // namespace

void compute(const std::function<void()>& work) {
  std::exception_ptr error;
  bool stopped = false;
  {
    const nb::gil_scoped_release release;
    handler().enter();
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
    stopped = handler().leave();
  }
  if (stopped) raise_interrupt();
  if (error) std::rethrow_exception(error);
}

}  // namespace tilewright::python
