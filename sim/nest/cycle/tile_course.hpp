// How far a task, or a copy, of a program is.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

/// Behind the last tile.
inline constexpr std::int64_t past_all_tiles = std::numeric_limits<std::int64_t>::max() / 4;

struct Landing {
  double cycle;
  std::int64_t tile;
};

/// Tiles are numbered as they come; those of a copy as its track counts them.
struct Course {
  std::int64_t next = 0;            ///< begins next
  std::int64_t now = -1;            ///< under way, or -1
  std::deque<Landing> behind = {};  ///< ended, but results are not there yet
  std::deque<Landing> within = {};  ///< ended, but what they read is still in use
  double began = 0;                 ///< cycle, of `now`

  /// Results of all tiles before are there; what those tiles read is no longer needed.
  [[nodiscard]] std::int64_t done() const { return !behind.empty() ? behind.front().tile : has_read(); }
  [[nodiscard]] std::int64_t has_read() const {
    if (!within.empty()) return within.front().tile;
    return now >= 0 ? now : next;
  }
};

/// Numbers of all that has a course: copies, and behind them tasks.
struct Owners {
  std::size_t copies;
  std::size_t tasks;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t size() const { return copies + tasks; }
  [[nodiscard]] std::size_t of(TaskId task) const { return copies + task.index(); }
  [[nodiscard]] bool is_task(std::size_t owner) const { return owner >= copies; }
  [[nodiscard]] TaskId task(std::size_t owner) const { return TaskId::at(owner - copies); }
};

}  // namespace tilewright
