// The time of a nest of loops by simulation, tile by tile: units and memories that are shared, tiles that wait for
// the ones they need and for room. It takes what the estimate takes and moves the same bytes; what the estimate
// takes to overlap perfectly comes from here: waiting for copies and for room, arrays that wait for each other,
// the first and the last tiles.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/nest/cycle/tile_pipeline.hpp"
#include "sim/nest/estimator.hpp"

namespace tilewright {

/// Of a fusion group.
struct GroupSimulation {
  PipelineResult result;
  double resource_cycles = 0;    ///< bounds of the cycles from one tile to the next
  double recurrence_cycles = 0;  ///< unknown under a mask
  /// By unit: cycles without work until a task came that had waited for something, by its name.
  std::vector<std::map<std::string, double>> waits;
};

struct NestSimulation {
  Result result;  ///< as the estimate has it, with simulated times and bytes
  ByGroup<GroupSimulation> groups;
  std::vector<std::string> warnings;
  NestSchedule schedule = NestSchedule::given;
};

/// The estimator gives the tree; `given` as it takes them. Throws as the estimator does, InfeasibleError for a nest
/// that comes to a standstill or whose mask cannot be simulated, and Interrupted once interrupted().
NestSimulation simulate_nest(Estimator& estimator, const Arch& arch, const Mapping& mapping,
                             std::span<const double> given, const SimulationOptions& options);

}  // namespace tilewright
