// Parallel loops over independent items.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>

namespace tilewright {

/// Calls body(i) for i in [0, count) on up to `jobs` threads (0: one per core, which is also the most), in any
/// order. An exception of any call ends the loop and is thrown here. Stops early, without an exception, once
/// interrupted().
void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& body);

/// Installs a SIGINT/SIGTERM handler that only sets a flag. SIGPIPE ends the program.
void catch_interrupts();
bool interrupted();
/// What was interrupted has ended, and is still to be reported: from here on not interrupted(), until it happens
/// again.
void accept_interrupt();

/// Ends a long computation that has nothing to keep.
class Interrupted : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
};
/// Throws Interrupted once interrupted().
void stop_if_interrupted();

}  // namespace tilewright
