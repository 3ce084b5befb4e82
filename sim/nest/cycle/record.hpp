// What a simulation of a nest adds to the fields of its estimate.
#pragma once

#include "sim/nest/cycle/simulate_nest.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// Tiles of every group, the cycles from one to the next and their bounds, and what units waited for.
void add_simulation(const NestSimulation& simulation, const Arch& arch, const Mapping& mapping, Record& record);

}  // namespace tilewright
