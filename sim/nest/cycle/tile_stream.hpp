// The tiles of a group, one after another, as its loops select them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

/// What is left of a tile by a mask; see sim/nest/cycle/tile_mask.hpp.
class TileMask;

class TileStream {
 public:
  /// Both must outlive it; `mask` may be nullptr.
  TileStream(const TileNest& nest, const TileMask* mask);

  /// Steps to the next tile, at first to the first one; false behind the last.
  bool next();
  /// The outermost loop that has gone on since the tile before; -1 at the first.
  [[nodiscard]] int changed() const { return changed_; }
  [[nodiscard]] std::int64_t at(std::size_t loop) const { return at_[loop]; }
  [[nodiscard]] bool holds(const When& when) const {
    return (first_ & when.first) == when.first && (last_ & when.last) == when.last &&
           (!when.masked || shares_.front() > 0);
  }
  /// Of the tile, by granule, what the mask leaves; one share without a mask.
  [[nodiscard]] const std::vector<double>& shares() const { return shares_; }
  /// Lets a loop go so many iterations ahead.
  void skip(std::size_t loop, std::int64_t iterations);

 private:
  void note(std::size_t loop);
  void find_shares();

  const TileNest& nest_;
  const TileMask* mask_;
  std::vector<std::int64_t> at_;
  LoopSet first_ = 0;
  LoopSet last_ = 0;
  std::vector<double> shares_{1};
  int changed_ = -1;
  bool begun_ = false;
};

/// Of the tiles that a group visits: how many tiles of each track.
ByTrack<std::int64_t> tiles_of_tracks(const TileProgram& program, const TileMask* mask);

/// Finds, for a running value, the tile of the step before: the last one with the same coordinates of the loops
/// inside the iterated one.
class EarlierTiles {
 public:
  EarlierTiles(const TileNest& nest, RankId iterated);

  /// The number of that tile, -1 where there is none; from now on `tile` is the last one. `changed`: the outermost
  /// loop that has gone on since the last call.
  std::int64_t replace(const TileStream& stream, int changed, std::int64_t tile);

 private:
  std::vector<std::pair<std::size_t, std::int64_t>> inside_;  // loops, and tiles from one iteration to the next
  int outermost_ = 0;                                         // loop over the rank
  std::vector<std::int64_t> last_;
  std::int64_t begun_ = 0;  // first tile since the loops outside went on
};

}  // namespace tilewright
