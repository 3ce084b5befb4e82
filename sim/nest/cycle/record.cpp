#include "sim/nest/cycle/record.hpp"

#include <map>

namespace tilewright {

namespace {

void add_group(const std::string& name, const GroupSimulation& group, Record& record) {
  const std::string key = "group." + name;
  record.add(key + ".tiles", group.result.tiles);
  record.add(key + ".tile_cycles", group.result.tile_cycles);
  record.add(key + ".tile_cycles_by_resource", group.resource_cycles);
  record.add(key + ".tile_cycles_by_recurrence", group.recurrence_cycles);
}

}  // namespace

void add_simulation(const NestSimulation& simulation, const Arch& arch, const Mapping& mapping, Record& record) {
  record.add("simulation.schedule", to_text(simulation.schedule));
  for (const GroupId g : simulation.groups.ids())
    add_group(mapping.tree.groups[g].name, simulation.groups[g], record);
  for (const UnitId u : arch.units.ids()) {
    std::map<std::string, double> waits;
    for (const GroupSimulation& group : simulation.groups)
      for (const auto& [cause, cycles] : group.waits[u.index()]) waits[cause] += cycles;
    for (const auto& [cause, cycles] : waits)
      record.add("unit." + arch.units[u].name + ".waits." + cause + ".time_s", cycles / arch.clock_Hz);
  }
}

}  // namespace tilewright
