#include "arch/parse_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

// An operation done in several steps costs the sum of its parts, in cycles and in energy.
OperationCost made_of(const Yaml& parts, const ComputeUnit& unit, const ArchValues& values) {
  if (parts.entries().empty()) parts.fail("expected at least one operation");
  OperationCost cost{"", 0, 0};
  for (const auto& [kind, count] : parts.entries()) {
    const OperationCost* part = unit.find(kind);
    if (part == nullptr) {
      std::vector<std::string> known;
      for (const OperationCost& operation : unit.operations) known.push_back(operation.kind);
      count.fail("no operation '" + kind + "' before this one" + did_you_mean(kind, known));
    }
    const double times = values.positive(count);
    cost.cycles += times * part->cycles;
    cost.energy_J += times * part->energy_J;
  }
  return cost;
}

OperationCost read_operation(const std::string& kind, const Yaml& yaml, const ComputeUnit& unit,
                             const ArchValues& values) {
  yaml.only({"made_of", "cycles", "energy_J"});
  OperationCost cost;
  if (const auto parts = yaml.find("made_of")) {
    if (yaml.find("cycles") || yaml.find("energy_J"))
      yaml.fail("'made_of' gives cycles and energy; they cannot stand beside it");
    cost = made_of(*parts, unit, values);
  } else {
    cost.cycles = values.positive(yaml.at("cycles"));
    cost.energy_J = values.least_zero_or(yaml, "energy_J", unknown, dimension::joules);
  }
  cost.kind = kind;
  return cost;
}

UnitId find_unit_before(const Yaml& yaml, const Arch& arch) {
  const std::string name = yaml.text();
  if (const UnitId id = arch.units.id_of(std::ranges::find(arch.units, name, &ComputeUnit::name))) return id;
  std::vector<std::string> names;
  for (const ComputeUnit& unit : arch.units) names.push_back(unit.name);
  yaml.fail("no unit '" + name + "' before this one" + did_you_mean(name, names));
}

// Limits of time count the rates of hardware once: those of the unit that others are alternatives to.
void require_no_faster(const Yaml& yaml, const ComputeUnit& unit, const ComputeUnit& other) {
  for (const OperationCost& cost : unit.operations) {
    const OperationCost* known = other.find(cost.kind);
    const double rate = unit.lanes / cost.cycles;
    if (known != nullptr && rate > other.lanes / known->cycles)
      yaml.fail(fmt::format("{} a cycle of '{}' is more than the {} of unit '{}'", rate, cost.kind,
                            other.lanes / known->cycles, other.name));
  }
}

}  // namespace

ComputeUnit read_unit(const Yaml& yaml, const Arch& arch, const ArchValues& values) {
  yaml.only({"name", "lanes", "chained", "alternative_to", "operations", "area_m2"});
  ComputeUnit unit;
  unit.name = yaml.at("name").text();
  require_name(yaml.at("name"), unit.name);
  if (std::ranges::find(arch.units, unit.name, &ComputeUnit::name) != arch.units.end())
    yaml.at("name").fail("unit '" + unit.name + "' is there twice");
  unit.lanes = values.positive(yaml.at("lanes"));
  if (unit.lanes != std::floor(unit.lanes))
    yaml.at("lanes").fail(fmt::format("expected a whole number, got {}", unit.lanes));
  if (const auto chained = yaml.find("chained")) unit.chained = chained->boolean();
  if (const auto other = yaml.find("alternative_to")) unit.alternative_to = find_unit_before(*other, arch);
  for (const auto& [kind, operation] : yaml.at("operations").entries())
    unit.operations.push_back(read_operation(kind, operation, unit, values));
  if (unit.operations.empty()) yaml.at("operations").fail("expected at least one operation");
  if (unit.alternative_to) require_no_faster(yaml.at("operations"), unit, arch.units[unit.alternative_to]);
  unit.area_m2 = values.least_zero_or(yaml, "area_m2", unknown, dimension::square_metres);
  return unit;
}

}  // namespace tilewright
