// The steps of a schedule as needs between tasks: a step begins when the one before is over. An Einsum that reads
// what a later step, or another lane of its own, makes works on the tile before: its stage is one more.
#pragma once

#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

/// Of the group under the context's schedule; none where Einsums go by their dependences alone.
std::vector<Step> steps_of(const ProgramContext& context, GroupId group);

/// Adds the needs of steps to tasks of one Einsum each, and a task for every bubble.
void add_schedule_needs(const ProgramContext& context, const std::vector<Step>& steps, TileProgram& program);

}  // namespace tilewright
