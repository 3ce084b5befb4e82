#include "mappings/parse_schedule.hpp"

#include <algorithm>
#include <map>

namespace tilewright {

namespace {

using UnitOf = std::map<EinsumId, UnitId>;

std::vector<Compute> einsums_of(GroupId group, const Mapping& mapping) {
  std::vector<Compute> computes;
  for (const Node& node : mapping.tree.nodes)
    if (const auto* compute = std::get_if<Compute>(&node.what); compute != nullptr && node.group == group)
      computes.push_back(*compute);
  return computes;
}

std::vector<Step> one_after_another(const std::vector<Compute>& computes) {
  std::vector<Step> steps;
  for (const Compute& compute : computes) steps.push_back({{{compute.einsum}}, {}});
  return steps;
}

// All units at once, each with its Einsums in the order of the nest.
std::vector<Step> all_units_at_once(const std::vector<Compute>& computes) {
  std::map<UnitId, std::vector<EinsumId>> lanes;
  for (const Compute& compute : computes) lanes[compute.unit].push_back(compute.einsum);
  Step step;
  for (auto& [unit, lane] : lanes) step.lanes.push_back(std::move(lane));
  return {step};
}

EinsumId einsum_in(const Yaml& yaml, const UnitOf& units, const Cascade& cascade) {
  std::vector<std::string> known;
  for (const auto& [einsum, unit] : units) {
    known.push_back(cascade.einsums[einsum].name);
    if (known.back() == yaml.text()) return einsum;
  }
  yaml.fail("no Einsum '" + yaml.text() + "' in this group" + did_you_mean(yaml.text(), known));
}

Step read_step(const Yaml& yaml, const UnitOf& units, const Cascade& cascade, const Arch& arch) {
  Step step;
  std::map<UnitId, std::size_t> lane_of;
  if (yaml.items().empty()) yaml.fail("expected at least one lane");
  for (const Yaml& lane : yaml.items()) {
    step.lanes.emplace_back();
    for (const Yaml& item : lane.items()) {
      const EinsumId einsum = einsum_in(item, units, cascade);
      const UnitId unit = units.at(einsum);
      const std::size_t index = step.lanes.size();
      if (lane_of.try_emplace(unit, index).first->second != index)
        item.fail("two lanes of one step use unit '" + arch.units[unit].name + "'");
      step.lanes.back().push_back(einsum);
    }
  }
  return step;
}

void require_each_once(const Yaml& yaml, const std::vector<Step>& steps, const UnitOf& units,
                       const Cascade& cascade) {
  std::map<EinsumId, int> times;
  for (const Step& step : steps)
    for (const auto& lane : step.lanes)
      for (const EinsumId einsum : lane) ++times[einsum];
  for (const auto& [einsum, unit] : units)
    if (times[einsum] != 1)
      yaml.fail("the schedule runs '" + cascade.einsums[einsum].name + "' " + std::to_string(times[einsum]) +
                " times; expected once");
}

}  // namespace

std::vector<Step> read_schedule(const Yaml& yaml, GroupId group, const Cascade& cascade, const Arch& arch,
                                const Mapping& mapping) {
  const std::vector<Compute> computes = einsums_of(group, mapping);
  if (yaml.is_scalar()) {
    if (yaml.text() == "sequential") return one_after_another(computes);
    if (yaml.text() == "pipelined") return all_units_at_once(computes);
    yaml.fail("expected sequential, pipelined or a list of steps, got '" + yaml.text() + "'");
  }
  UnitOf units;
  for (const Compute& compute : computes) units[compute.einsum] = compute.unit;
  std::vector<Step> steps;
  for (const Yaml& item : yaml.items()) {
    item.only({"run", "bubble_cycles"});
    if (const auto bubble = item.find("bubble_cycles")) {
      if (item.find("run")) item.fail("'run' and 'bubble_cycles' are steps of their own");
      Expression cycles = bubble->expression();
      cycles.bind(mapping.symbols);
      steps.push_back({{}, std::move(cycles)});
    } else {
      steps.push_back(read_step(item.at("run"), units, cascade, arch));
    }
  }
  require_each_once(yaml, steps, units, cascade);
  return steps;
}

}  // namespace tilewright
