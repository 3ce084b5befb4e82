// Finds out where a pipeline repeats itself: at two iterations of a loop in a row it is in the same state, and has
// taken as long.
#pragma once

#include <cstdint>
#include <vector>

namespace tilewright {

/// A pipeline at the begin of an iteration.
struct Snapshot {
  double cycle = 0;
  std::int64_t tile = 0;
  std::vector<double> state;         ///< relative to the newest tile
  std::vector<double> counts;        ///< of all that adds up
  std::vector<std::int64_t> tracks;  ///< tiles of every track so far
};

class Repetition {
 public:
  struct Round {
    double cycles = 0;
    std::int64_t tiles = 0;
    std::vector<double> counts;
    std::vector<std::int64_t> tracks;
  };

  explicit Repetition(std::size_t loops) : loops_(loops) {}

  /// How many iterations of the loop, which is at the begin of number `at` of `times`, may be left out: 0 while it
  /// does not repeat itself.
  std::int64_t rounds(std::size_t loop, std::int64_t at, std::int64_t times, const Snapshot& snapshot);
  /// What the last iteration of the loop added.
  [[nodiscard]] const Round& round(std::size_t loop) const { return loops_[loop].round; }
  /// After iterations of the loop were left out: what is known of it no longer holds.
  void forget_outside(std::size_t loop) { loops_[loop].seen = 0; }

 private:
  struct Seen {
    int seen = 0;  // iterations in a row
    int alike = 0;
    Snapshot last;
    Round round;
  };
  std::vector<Seen> loops_;
};

}  // namespace tilewright
