#include "sim/nest/cycle/resource.hpp"

namespace tilewright {

ResourceId resource_of(UnitId unit, const Arch& arch) {
  const UnitId hardware = arch.units[unit].alternative_to;
  return ResourceId::at((hardware ? hardware : unit).index());
}

ResourceId resource_of(LevelId level, const Arch& arch) {
  return ResourceId::at(arch.units.size() + level.index());
}

ResourceId network_of(LevelId level, bool up, const Arch& arch) {
  return ResourceId::at(arch.units.size() + (up ? 2 : 1) * arch.levels.size() + level.index());
}

ByResource<double> capacities(const Arch& arch) {
  ByResource<double> capacity;
  capacity.assign(arch.units.size() + 3 * arch.levels.size(), 1);
  for (const LevelId l : arch.levels.ids()) {
    const Level& level = arch.levels[l];
    capacity[resource_of(l, arch)] = level.bandwidth_B_per_s / arch.clock_Hz;
    capacity[network_of(l, false, arch)] = level.distribution_B_per_s / arch.clock_Hz;
    capacity[network_of(l, true, arch)] = level.reduction_B_per_s / arch.clock_Hz;
  }
  return capacity;
}

std::string name_of(ResourceId resource, const Arch& arch) {
  const std::size_t units = arch.units.size();
  const std::size_t levels = arch.levels.size();
  const std::size_t at = resource.index();
  if (at < units) return arch.units[UnitId::at(at)].name;
  const std::string& level = arch.levels[LevelId::at((at - units) % levels)].name;
  return at < units + levels ? level : level + (at < units + 2 * levels ? " distribution" : " reduction");
}

}  // namespace tilewright
