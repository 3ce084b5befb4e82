// The ladder for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sim/bound/ladder.hpp"

namespace tilewright {

/// Counts are per head (the mean over heads where they differ) and whole numbers where they are.
nlohmann::ordered_json ladder_json(const Attention& problem, const Tiling& tiling, const Ladder& ladder,
                                   const TileMachine* machine);

/// KV tiles that Q tiles visit, ascending, and how many Q tiles do. Where three or more numbers of KV tiles that
/// follow one another have as many Q tiles each, they are one entry, `to` the last of them: under a causal mask,
/// one in all.
nlohmann::ordered_json distribution_json(const Census& census);

}  // namespace tilewright
