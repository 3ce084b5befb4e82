// The least cycles from one tile to the next in the steady state, whatever the schedule does between: the
// initiation interval of software pipelining and its two lower bounds (B. R. Rau, "Iterative modulo scheduling",
// MICRO 1994).
#pragma once

#include "sim/nest/cycle/tile_pipeline.hpp"

namespace tilewright {

/// By resources: what a tile takes of the busiest one, averaged over all tiles.
double resource_bound(const TileProgram& program, const PipelineResult& result);

/// By recurrences: of every circle of needs, the cycles that it takes over the tiles that it reaches back; the
/// largest. A task takes what it would alone. Tasks that only some tiles have are left out.
double recurrence_bound(const TileProgram& program);

}  // namespace tilewright
