// When a search ends before its space does.
#pragma once

#include <atomic>
#include <chrono>

namespace tilewright {

/// All threads may ask it.
class SearchLimits {
 public:
  /// Seconds from now, and bytes of the whole program; both may be infinite. Throws InputError for less than what
  /// the program has by now and needs to end.
  SearchLimits(double time_s, double memory_B);

  /// Interrupted, out of time or out of memory.
  [[nodiscard]] bool is_over();
  [[nodiscard]] std::chrono::steady_clock::time_point end() const { return end_; }

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool is_full(Clock::time_point now);

  Clock::time_point end_ = Clock::time_point::max();
  double memory_B_;
  std::atomic<Clock::rep> next_look_{0};
  std::atomic<bool> full_{false};
};

}  // namespace tilewright
