// Runs a tile program step by step: in every cycle each lane array does one step for the task with precedence that
// wants it. It shares with the pipeline the program and its rules, and nothing of how it keeps time: whole cycles,
// all tiles numbered in advance, every condition looked up anew.
#pragma once

#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright::test {

/// Cycles of a program whose levels have no limits and whose tasks take whole cycles of their units.
double step_by_step(const TileProgram& program);

}  // namespace tilewright::test
