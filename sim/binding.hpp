// What limits a time.
#pragma once

#include <string>

#include "arch/arch.hpp"

namespace tilewright {

/// What limits a group or the whole: a unit, a level, or the order of the schedule.
struct Binding {
  enum class Kind { unit, level, schedule } kind = Kind::schedule;
  int id = -1;  ///< UnitId or LevelId
  bool operator==(const Binding&) const = default;
};

/// Of the unit or the level, or "schedule".
std::string name_of(const Binding& binding, const Arch& arch);

}  // namespace tilewright
