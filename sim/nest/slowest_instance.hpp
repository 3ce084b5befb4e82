// How much of its time a mask leaves to a nest with independent instances: iterations follow one another, instances
// start together, and the loops above them go on when the slowest is done.
#pragma once

#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "einsum/mask/block_map.hpp"
#include "einsum/mask/census.hpp"

namespace tilewright {

/// What a loop selects, as an index.
enum Side : std::size_t { query_side, key_side, head_side, sides };

struct TimedLoop {
  Side side;
  Count apart;  ///< tokens (heads) from one iteration to the next
  Count times;
  bool independent;

  /// Any order, to be found by.
  bool operator<(const TimedLoop& other) const {
    return std::tie(side, apart, times, independent) <
           std::tie(other.side, other.apart, other.times, other.independent);
  }
};

/// What a run of equal heads visits.
struct HeadVisits {
  Count heads;
  Count query_tile;
  Count key_tile;
  Count key_tiles;              ///< in all
  std::vector<TileCount> rows;  ///< by Q tile
  std::optional<BlockMap> map;  ///< one block per pair of tiles
};

class SlowestInstance {
 public:
  /// Loops outermost first, without lanes in step. Heads follow one another in `heads`. Both must outlive it.
  SlowestInstance(const std::vector<TimedLoop>& loops, const std::vector<HeadVisits>& heads);

  /// Of the time without a mask. `all`: queries, keys and heads.
  [[nodiscard]] double share(const std::array<Count, sides>& all) const;

  /// Whether keys are selected by any instance, by a loop above one, or apart; only then HeadVisits needs the map.
  static bool needs_map(const std::vector<TimedLoop>& loops);

 private:
  struct Range {
    Count first;
    Count count;
  };
  using Region = std::array<Range, sides>;
  [[nodiscard]] double share_of(std::size_t depth, const Region& region) const;
  /// Of the pairs of tiles in the region, those that are visited.
  [[nodiscard]] double visited(const Region& region) const;

  const std::vector<TimedLoop>& loops_;
  const std::vector<HeadVisits>& heads_;
  std::size_t walked_;  // loops that are; what is below them is summed at once
};

}  // namespace tilewright
