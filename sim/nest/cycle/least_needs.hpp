// Which needs of a program's tasks say something that the others do not.
#pragma once

#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

/// Of every task, its needs without those that follow from another one: where C needs B and B, which all tiles
/// have, needs A, C need not be told of A.
ByTask<std::vector<Need>> least_needs(const TileProgram& program);

}  // namespace tilewright
