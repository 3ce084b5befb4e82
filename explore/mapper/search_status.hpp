// How far all searches of a request are, for a line on stderr.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "common/progress.hpp"
#include "explore/mapper/objective.hpp"

namespace tilewright {

/// All threads may call it.
class SearchStatus {
 public:
  /// The objective must outlive it.
  SearchStatus(StatusLine::Shown shown, const Objective& objective);

  /// So many groups of Einsums are to be searched, and no mapping costs less than `bound`.
  void start(std::size_t groups, const Score& bound);
  void group_done() { ++groups_done_; }
  void add_plans(std::size_t priced) { plans_ += priced; }
  /// A whole mapping that no other known one is better than.
  void found(const Score& score);
  [[nodiscard]] bool has_found() const { return has_found_; }
  /// Draws the line where it is time to.
  void show();

 private:
  [[nodiscard]] std::string text();

  StatusLine line_;
  const Objective& objective_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t groups_ = 0;
  Score bound_;
  std::atomic<std::size_t> groups_done_{0};
  std::atomic<std::size_t> plans_{0};
  std::atomic<bool> has_found_{false};
  std::mutex mutex_;
  std::optional<Score> best_;
};

}  // namespace tilewright
