// A few tiles of a simulated group as rows of bars: which task works for which tile when, and so how the tiles of a
// pipeline overlap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/nest/cycle/tile_pipeline.hpp"

namespace tilewright {

struct WaterfallBar {
  std::int64_t tile = 0;  ///< 0: the first that begins in the picture; before it less
  double start = 0;       ///< cycles from the picture's left edge, within the picture, as is the end
  double end = 0;
};

/// Bars of a row may overlap where two tiles share a unit.
struct WaterfallRow {
  std::string name;      ///< of a task or of a copy between levels
  bool of_tiles = true;  ///< copies have tiles of their own, which are no tiles of the group
  std::vector<WaterfallBar> bars;
};

/// What works on one unit (or, without one, moves through one memory), or all copies.
struct WaterfallRows {
  std::string name;        ///< of the unit; empty: copies
  double busy_cycles = 0;  ///< of the picture
  std::vector<WaterfallRow> rows;
};

struct Waterfall {
  std::string group = {};
  double cycles = 0;       ///< from the left edge to the right
  double tile_cycles = 0;  ///< from one tile to the next in the steady state
  std::vector<WaterfallRows> parts;
};

/// So many tiles, one after another, once the pipeline is as full as it gets: where their distances are most like
/// those of the steady state. `result`: of the whole program. Simulates as many tiles again as it needs for that,
/// each on its own.
Waterfall waterfall_of(const TileProgram& program, const TileMask* mask, const PipelineResult& result,
                       std::int64_t tiles, const Arch& arch);

}  // namespace tilewright
