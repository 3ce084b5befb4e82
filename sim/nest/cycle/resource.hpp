// What work shares: units, levels, and the networks of levels, as one list. Amounts of a unit are cycles, those of
// the others bytes.
#pragma once

#include <string>

#include "arch/arch.hpp"

namespace tilewright {

using ResourceId = Id<struct Resource>;
template <class T>
using ByResource = ById<ResourceId, T>;

/// Units that are the same hardware are one.
ResourceId resource_of(UnitId unit, const Arch& arch);
ResourceId resource_of(LevelId level, const Arch& arch);
/// The network by which a level distributes to what is below it, or (up) reduces what comes from there.
ResourceId network_of(LevelId level, bool up, const Arch& arch);
/// Per cycle.
ByResource<double> capacities(const Arch& arch);
/// "array", "L3", "L3 distribution".
std::string name_of(ResourceId resource, const Arch& arch);

}  // namespace tilewright
