// Lets loops of a pipeline that repeats itself go ahead: where the state, relative to the newest tile, comes again
// and took as long to come about, what follows is the same, so that it is counted and not gone through.
#pragma once

#include "sim/nest/cycle/repetition.hpp"
#include "sim/nest/cycle/shares.hpp"
#include "sim/nest/cycle/tile_counts.hpp"
#include "sim/nest/cycle/tile_progress.hpp"

namespace tilewright {

class GoneAhead {
 public:
  /// All must outlive it; `mask` may be nullptr.
  GoneAhead(const TileProgram& program, const TileMask* mask, TileProgress& progress, const Shares& shares,
            TileCounts& counts);

  /// To be called at a new tile.
  void look(double now);

  [[nodiscard]] double cycles() const { return cycles_; }  ///< of what was not gone through
  [[nodiscard]] double tiles() const { return tiles_; }
  /// From one tile to the next, of the innermost loop that repeats itself; 0: none does.
  [[nodiscard]] double tile_cycles() const { return tile_cycles_; }

 private:
  [[nodiscard]] Snapshot snapshot(double now);
  [[nodiscard]] std::vector<double> state(double now) const;
  void skip(std::size_t loop, std::int64_t rounds);

  const TileProgram& program_;
  const TileMask* mask_;
  TileProgress& progress_;
  const Shares& shares_;
  TileCounts& counts_;
  Repetition repetition_;
  std::vector<double> left_out_;  // tiles, by track
  double cycles_ = 0;
  double tiles_ = 0;
  double tile_cycles_ = 0;
};

}  // namespace tilewright
