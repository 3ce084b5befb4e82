#include "common/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace tilewright {
namespace {

constexpr long long redraw_ms = 100;
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

Progress::Progress(std::string title, std::size_t total, bool wanted)
    : title_(std::move(title)), total_(total), shown_(wanted && isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (shown_) print(clear_line);
}

void Progress::step() {
  const std::size_t done = ++done_;
  if (!shown_) return;
  const long long now = now_ms();
  long long last = last_draw_ms_;
  if (now - last < redraw_ms || !last_draw_ms_.compare_exchange_strong(last, now)) return;
  print(fmt::format("{}{} {}/{}", clear_line, title_, done, total_));
}

}  // namespace tilewright
