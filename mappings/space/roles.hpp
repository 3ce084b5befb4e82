// What the levels of an architecture are to a mapping, from its structure alone: which of them all units share, and
// which serve the lanes of one unit.
#pragma once

#include <vector>

#include "arch/arch.hpp"

namespace tilewright {

struct LevelRoles {
  LevelId outermost;
  LevelId shared;  ///< below it, one instance for all units; none: lanes fill from the outermost level
  ByUnit<std::vector<LevelId>> lanes;  ///< levels with an instance for each lane of the unit, or for some of them
};

/// A level with one instance is shared; one with more is of the unit that has as many lanes, else of the first
/// whose lanes its instances divide. Throws InputError for an architecture with a level that is neither the
/// outermost one, nor the only shared one below it, nor of lanes.
LevelRoles roles_of(const Arch& arch);

/// Whether an Einsum on the unit may find its operands in the level: one with several instances has as many lanes
/// of the unit at each of them. A unit with fewer lanes than instances has no way to most of what lies there.
bool reaches(const Arch& arch, UnitId unit, LevelId level);

}  // namespace tilewright
