// What limits a time.
#pragma once

#include <string>
#include <variant>

#include "arch/arch.hpp"

namespace tilewright {

struct ScheduleOrder {
  bool operator==(const ScheduleOrder&) const = default;
};

/// What limits a group or the whole: the order of the schedule, a unit, or a level.
using Binding = std::variant<ScheduleOrder, UnitId, LevelId>;

/// Of the unit or the level, or "schedule".
std::string name_of(const Binding& binding, const Arch& arch);

}  // namespace tilewright
