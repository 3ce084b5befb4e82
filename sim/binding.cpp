#include "sim/binding.hpp"

namespace tilewright {

std::string name_of(const Binding& binding, const Arch& arch) {
  if (const auto* unit = std::get_if<UnitId>(&binding)) return arch.units[*unit].name;
  if (const auto* level = std::get_if<LevelId>(&binding)) return arch.levels[*level].name;
  return "schedule";
}

}  // namespace tilewright
