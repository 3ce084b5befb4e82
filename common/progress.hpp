// A line on stderr that says how far something is: on a terminal, unless the user said -q.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

namespace tilewright {

/// A text that is drawn over itself.
class StatusLine {
 public:
  /// always: where stderr is no terminal, as lines one below another.
  enum class Shown { never, on_terminal, always };
  StatusLine(Shown shown, long long redraw_ms);
  ~StatusLine();  ///< clears the line
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  /// Any thread. `text` is only asked where it is drawn: the first time, and then once in `redraw_ms` at most.
  void show(const std::function<std::string()>& text);

 private:
  bool on_terminal_;
  bool shown_;
  long long redraw_ms_;
  std::atomic<long long> last_draw_ms_;
};

class Progress {
 public:
  Progress(std::string title, std::size_t total, bool wanted = true);
  /// One more item is done. Any thread; at most ten redraws a second.
  void step();

 private:
  std::string title_;
  std::size_t total_;
  std::atomic<std::size_t> done_{0};
  StatusLine line_;
};

}  // namespace tilewright
