#include "sim/nest/cycle/repetition.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

bool alike(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return near(x, y, 1e-6); });
}

}  // namespace

// Iterations at the begin and end of a loop differ from those between: two in a row from the second on must be
// alike, and the last two are gone through.
std::int64_t Repetition::rounds(std::size_t loop, std::int64_t at, std::int64_t times, const Snapshot& snapshot) {
  Seen& seen = loops_[loop];
  if (at == 1) seen.seen = 0;
  if (times < 6) return 0;
  Round round{snapshot.cycle - seen.last.cycle, snapshot.tile - seen.last.tile, {}, {}};
  const bool same = seen.seen > 1 && alike(snapshot.state, seen.last.state) && round.tiles == seen.round.tiles &&
                    near(round.cycles, seen.round.cycles, 1e-9);
  if (seen.seen > 0) {
    for (std::size_t i = 0; i < snapshot.counts.size(); ++i)
      round.counts.push_back(snapshot.counts[i] - seen.last.counts[i]);
    for (std::size_t i = 0; i < snapshot.tracks.size(); ++i)
      round.tracks.push_back(snapshot.tracks[i] - seen.last.tracks[i]);
  }
  seen.alike = same ? seen.alike + 1 : 0;
  seen.last = snapshot;
  seen.round = std::move(round);
  ++seen.seen;
  return seen.alike >= 2 && at + 2 < times ? times - 2 - at : 0;
}

}  // namespace tilewright
