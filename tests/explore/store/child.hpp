// Shared by the tests of stores: actions of another process.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "tests/common/messages.hpp"

namespace tilewright::test {

/// Starts a process that does nothing but `action`.
inline pid_t start(const std::function<void()>& action) {
  const pid_t child = fork();
  if (child != 0) return child;
  int status = 0;
  try {
    action();
  } catch (...) {
    status = 1;
  }
  _exit(status);
}

/// The message of the InputError that `action` throws in a process which did `before`; "no error", or "stopped"
/// where the process did not come to its end.
inline std::string message_in_child(const std::function<void()>& before, const std::function<void()>& action) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = start([&] {
    before();
    const std::string message = message_of(action);
    if (write(ends[1], message.data(), message.size()) < 0) _exit(1);
  });
  close(ends[1]);
  std::string message;
  char letter = 0;
  while (read(ends[0], &letter, 1) == 1) message += letter;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? message : "stopped";
}

/// Root may write everything.
inline void be_nobody() {
  if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(1);
}

}  // namespace tilewright::test
