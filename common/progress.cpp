#include "common/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace tilewright {
namespace {

constexpr const char* clear_line = "\r\x1b[K";

long long now_ms() {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_start).count();
}

/// In one call, so that lines of several threads do not mix.
void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

StatusLine::StatusLine(Shown shown, long long redraw_ms)
    : on_terminal_(isatty(STDERR_FILENO) != 0),
      shown_(shown == Shown::always || (shown == Shown::on_terminal && on_terminal_)),
      redraw_ms_(redraw_ms),
      last_draw_ms_(now_ms() - redraw_ms) {}

StatusLine::~StatusLine() {
  if (shown_ && on_terminal_) print(clear_line);
}

void StatusLine::show(const std::function<std::string()>& text) {
  if (!shown_) return;
  const long long now = now_ms();
  long long last = last_draw_ms_;
  if (now - last < redraw_ms_ || !last_draw_ms_.compare_exchange_strong(last, now)) return;
  print(on_terminal_ ? clear_line + text() : text() + "\n");
}

Progress::Progress(std::string title, std::size_t total, bool wanted)
    : title_(std::move(title)),
      total_(total),
      line_(wanted ? StatusLine::Shown::on_terminal : StatusLine::Shown::never, 100) {}

void Progress::step() {
  const std::size_t done = ++done_;
  line_.show([&] { return fmt::format("{} {}/{}", title_, done, total_); });
}

}  // namespace tilewright
