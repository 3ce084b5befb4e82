// A progress line on stderr, shown only where stderr is a terminal and the user did not say -q.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

namespace tilewright {

class Progress {
 public:
  Progress(std::string title, std::size_t total, bool wanted = true);
  ~Progress();  ///< clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// One more item is done. Any thread; at most ten redraws a second.
  void step();

 private:
  std::string title_;
  std::size_t total_;
  bool shown_;
  std::atomic<std::size_t> done_{0};
  std::atomic<long long> last_draw_ms_{-1000};
};

}  // namespace tilewright
