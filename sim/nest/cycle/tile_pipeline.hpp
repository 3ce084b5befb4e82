// Runs a TileProgram: tasks begin when what they need is over, share units and memories while they run, and end.
//
// Time is in cycles. Between two events nothing changes, so that the cost is by events and not by cycles. Where the
// state of the pipeline is the same at two iterations of a loop in a row, and took as long to come about, the loop
// goes ahead to its last but one iteration, unless `exact`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

class TileMask;

/// A piece of work that has ended, or a time in which a unit had none, for those who draw it.
struct TileSpan {
  const TileTask* task = nullptr;
  const TileCopy* copy = nullptr;
  std::int64_t number = 0;  ///< of the tile
  double start = 0;         ///< cycle
  double end = 0;
  ResourceId unit = {};             ///< that waits, with neither task nor copy
  std::string_view waits_for = {};  ///< name of a task or copy
};

struct PipelineOptions {
  bool exact = false;
  double until_cycles = unlimited;  ///< ends there, with less done
  std::function<void(const TileSpan&)> observe = {};
  std::function<void(double cycles)> progress = {};  ///< now and then
};

struct PipelineResult {
  double cycles = 0;
  ByResource<double> used = {};  ///< amounts
  /// By transfer of the flat tree, as its parent sees them; where a mask leaves shares of them, those.
  std::vector<double> parent_events = {};
  std::vector<double> child_events = {};  ///< as its children see them
  ByTask<double> runs = {};               ///< of every task
  ByTask<double> task_cycles = {};        ///< from begin to end, summed
  double tiles = 0;                       ///< that were visited
  double events = 0;                      ///< that were simulated
  double tile_cycles = 0;  ///< from one tile to the next, where they are most alike: initiation interval
  /// By unit, cycles without work until a task came that had waited for a copy, a task (behind the copies), or for
  /// nothing but its turn (the last).
  std::vector<std::vector<double>> waits = {};
  bool complete = true;
};

/// Throws InfeasibleError where everything waits for something else, naming what waits for what, and Interrupted
/// once interrupted().
PipelineResult run_pipeline(const TileProgram& program, const TileMask* mask, std::size_t transfers,
                            const PipelineOptions& options);

}  // namespace tilewright
