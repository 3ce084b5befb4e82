// The best mapping that keeps to what its mapspace prefers: searches one after another, each of which demands one
// preference more.
#pragma once

#include "explore/mapper/mapper.hpp"

namespace tilewright {

/// As find_mappings(), where the mapspace prefers nothing. Else the best mapping that keeps to as many preferences
/// as some best one can, by importance; what became of each is in `preferences`, and the ranking of kernels has all
/// that are searched. Limits are of all searches together. Where the first one ends early no preference is looked
/// at. Throws InputError for several objectives.
MapResult find_preferred(const MapRequest& request, Library& library);

}  // namespace tilewright
