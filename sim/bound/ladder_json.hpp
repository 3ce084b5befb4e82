// The ladder for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sim/bound/ladder.hpp"

namespace tilewright {

/// Counts are per head (the mean over heads where they differ) and whole numbers where they are.
nlohmann::ordered_json ladder_json(const Attention& problem, const Tiling& tiling, const Ladder& ladder,
                                   const TileMachine* machine);

}  // namespace tilewright
