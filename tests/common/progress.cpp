#include "common/progress.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>

namespace tilewright::test::TEST_FILE {

namespace {

/// What `body` writes to stderr while stderr is a terminal.
std::string shown_on_terminal(const std::function<void()>& body) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(grantpt(terminal) == 0);
  REQUIRE(unlockpt(terminal) == 0);
  const int screen = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  const int before = dup(STDERR_FILENO);
  dup2(screen, STDERR_FILENO);
  body();
  dup2(before, STDERR_FILENO);
  close(before);
  close(screen);  // the last writer, so that reading ends
  std::string shown;
  char text[4096];
  for (ssize_t length = 0; (length = read(terminal, text, sizeof text)) > 0;) shown.append(text, text + length);
  close(terminal);
  return shown;
}

constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

TEST_CASE("a terminal sees the first step and in the end an empty line") {
  const std::string shown = shown_on_terminal([] {
    Progress progress("points", 1000);
    for (int i = 0; i < 3; ++i) progress.step();
  });
  CHECK(shown.starts_with(std::string(clear_line) + "points 1/1000"));
  CHECK(shown.ends_with(clear_line));
}

TEST_CASE("redraws are rare") {
  const std::string shown = shown_on_terminal([] {
    Progress progress("points", 100'000);
    for (int i = 0; i < 100; ++i) progress.step();
  });
  CHECK(shown.size() < 300);
}

TEST_CASE("nothing is shown to who does not want it") {
  const std::string shown = shown_on_terminal([] {
    Progress progress("points", 10, false);
    progress.step();
  });
  CHECK(shown.empty());
}

TEST_CASE("nothing is shown where stderr is no terminal") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  { Progress("points", 10).step(); }
  dup2(before, STDERR_FILENO);
  close(before);
  close(ends[1]);
  char letter = 0;
  CHECK(read(ends[0], &letter, 1) == 0);
  close(ends[0]);
}

}  // namespace tilewright::test::TEST_FILE
