#include "mappings/space/roles.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

namespace {

// The unit that a level with several instances serves; none where its instances divide the lanes of no unit.
UnitId served_by(const Arch& arch, const Level& level) {
  UnitId divided;
  for (const UnitId u : arch.units.ids()) {
    if (arch.units[u].lanes == level.instances) return u;
    if (!divided && std::fmod(arch.units[u].lanes, level.instances) == 0) divided = u;
  }
  return divided;
}

[[noreturn]] void refuse(const Arch& arch, const Level& level, const char* why) {
  throw InputError({arch.file, 0, 0}, "arch.levels",
                   fmt::format("the mapper cannot use level '{}': {}", level.name, why));
}

}  // namespace

LevelRoles roles_of(const Arch& arch) {
  LevelRoles roles;
  roles.lanes.resize(arch.units.size());
  for (const LevelId l : arch.levels.ids()) {
    const Level& level = arch.levels[l];
    if (!level.parent) {
      roles.outermost = l;
    } else if (level.instances == 1) {
      if (roles.shared)
        refuse(arch, level, "it knows one level that all units share below the outermost one, so far");
      roles.shared = l;
    } else {
      const LevelId above = roles.shared ? roles.shared : roles.outermost;
      if (level.parent != above) refuse(arch, level, "it is not directly below the level that all units share");
      const UnitId unit = served_by(arch, level);
      if (!unit) refuse(arch, level, "its instances divide the lanes of no unit");
      roles.lanes[unit].push_back(l);
    }
  }
  return roles;
}

bool reaches(const Arch& arch, UnitId unit, LevelId level) {
  const double instances = arch.levels[level].instances;
  return instances == 1 || std::fmod(arch.units[unit].lanes, instances) == 0;
}

}  // namespace tilewright
