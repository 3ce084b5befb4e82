#include "report/export/accelforge_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "mappings/sized_tree.hpp"

namespace tilewright {

namespace {

[[noreturn]] void refuse(const Place& place, const std::string& key_path, const std::string& what) {
  throw InputError(place, key_path, "cannot be exported: AccelForge has no " + what);
}

void check_workload(const Workload& workload, const Mapping& mapping) {
  const Place place{workload.file, 0, 0};
  if (workload.mask && workload.mask->spec.text != "dense")
    refuse(workload.mask->place, "workload.mask",
           "masks, and this one is '" + workload.mask->spec.text + "'; --mask dense has all pairs");
  if (mapping.shared) refuse(place, "workload", "heads that share keys and values");
  if (mapping.stored) refuse(place, "workload.shared", "tensors that are part of another one");
}

void check_access(const Cascade& cascade, const Access& access) {
  const Tensor& tensor = cascade.tensors[access.tensor];
  if (tensor.view_of) refuse(access.place, "", "views, as '" + tensor.name + "' is one");
  if (tensor.iterated) refuse(access.place, "", "running values, as '" + tensor.name + "' is one");
  if (tensor.ranks.empty()) refuse(access.place, "", "tensors without ranks, as '" + tensor.name + "' is one");
  for (const Index& index : access.indices)
    if (index.fixed || index.offset != 0)
      refuse(access.place, "", "fixed coordinates and offsets, as '" + tensor.name + "' is read at");
}

void check_cascade(const Cascade& cascade) {
  if (!cascade.partitions.empty())
    refuse(cascade.place, "cascade",
           "partitions, and '" + cascade.name + "' splits " + cascade.ranks[cascade.partitions.front().whole].name);
  for (const Einsum& einsum : cascade.einsums) {
    if (einsum.filter) refuse(einsum.place, "", "masks, and '" + einsum.name + "' is filtered by one");
    check_access(cascade, einsum.output);
    const std::vector<const Access*> reads = accesses(einsum.body);
    if (reads.empty()) refuse(einsum.place, "", "Einsums without operands, as '" + einsum.name + "' is one");
    std::set<TensorId> once;
    for (const Access* access : reads) {
      check_access(cascade, *access);
      if (!once.insert(access->tensor).second)
        refuse(access->place, "",
               "Einsums that read a tensor twice, as '" + einsum.name + "' does '" +
                   cascade.tensors[access->tensor].name + "'");
    }
  }
}

void check_arch(const Arch& arch) {
  const Place place{arch.file, 0, 0};
  for (const Level& level : arch.levels) {
    if (!level.multicast || !level.reduction)
      refuse(place, "arch.levels", "way to say what '" + level.name + "' has: 'multicast' or 'reduction' is false");
    if (level.charged_instances != level.instances)
      refuse(place, "arch.levels", "'charged_instances', which '" + level.name + "' has");
  }
}

void check_loops(const SizedNest& nest) {
  SizedTree sized(ByTensor<double>(nest.cascade.tensors.size(), 1));
  sized.set(nest.flat, nest.frame);
  if (sized.imperfect()) {
    const Rank& rank = nest.cascade.ranks[sized.imperfect_ranks().first()];
    refuse({nest.mapping.file, 0, 0}, "mapping",
           fmt::format("last tiles that are smaller, and the loops of '{}' do not divide {} = {}", rank.variable,
                       rank.name, nest.frame.shapes[sized.imperfect_ranks().first()]));
  }
  for (const Leaf& leaf : nest.flat.leaves)
    for (NodeId n = nest.node(leaf.node).parent; n; n = nest.node(n).parent) {
      const auto* loop = std::get_if<Loop>(&nest.node(n).what);
      if (loop != nullptr && nest.frame.factors[n] > 1 && !nest.facts.iteration(leaf.einsum).has(loop->rank))
        refuse(nest.written(n).place, nest.written(n).key_path,
               fmt::format("loops over ranks that an Einsum below them has not, as '{}' has no '{}'",
                           nest.cascade.einsums[leaf.einsum].name, nest.cascade.ranks[loop->rank].variable));
    }
}

void check_mapping(const SizedNest& nest) {
  const Place place{nest.mapping.file, 0, 0};
  if (!nest.mapping.overbooked.empty()) refuse(place, "mapping.overbook", "levels that are overbooked");
  if (std::ranges::any_of(nest.frame.bubble_cycles, [](double cycles) { return cycles > 0; }))
    refuse(place, "mapping", "steps in which nothing runs ('bubble_cycles')");
  for (const NodeId n : nest.mapping.tree.nodes.ids()) {
    const auto* keep = std::get_if<Keep>(&nest.node(n).what);
    if (keep != nullptr && keep->in_place && nest.frame.active[n])
      refuse(nest.written(n).place, nest.written(n).key_path, "tensors that take turns in one buffer ('in_place')");
  }
}

bool overlaps(const FusionGroup& group) {
  return std::ranges::any_of(group.steps, [](const Step& step) { return step.lanes.size() > 1; });
}

// Each once, in order.
std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (auto name = names.begin(); name != names.end(); ++name)
    if (std::find(names.begin(), name, *name) == name) text += (text.empty() ? "" : ", ") + *name;
  return text;
}

void note_unknown_energies(const SizedNest& nest, std::vector<std::string>& notes) {
  std::vector<std::string> unknown;
  for (const Level& level : nest.arch.levels)
    if (std::isnan(level.read_J) || std::isnan(level.write_J)) unknown.push_back(level.name);
  for (const ComputeUnit& unit : nest.arch.units)
    if (std::ranges::any_of(unit.operations, [](const OperationCost& cost) { return std::isnan(cost.energy_J); }))
      unknown.push_back(unit.name);
  if (!unknown.empty()) notes.push_back("Energies are 0 where the architecture gives none: " + list(unknown) + ".");
}

}  // namespace

void refuse_inexpressible(const SizedNest& nest) {
  check_workload(nest.workload, nest.mapping);
  check_cascade(nest.cascade);
  check_arch(nest.arch);
  check_mapping(nest);
  check_loops(nest);
}

std::vector<std::string> export_notes(const SizedNest& nest) {
  std::vector<std::string> notes;
  std::vector<std::string> together;
  for (const FusionGroup& group : nest.mapping.tree.groups)
    if (overlaps(group)) together.push_back("'" + group.name + "'");
  if (!together.empty())
    notes.push_back("Einsums run at once in the mapping (group " + list(together) +
                    "); AccelForge adds up their times.");
  std::vector<std::string> twice;
  for (const NodeId n : nest.mapping.tree.nodes.ids())
    if (const auto* keep = std::get_if<Keep>(&nest.node(n).what))
      if (nest.frame.active[n] && nest.frame.factors[n] > 1)
        for (const TensorId tensor : keep->tensors)
          twice.push_back(nest.name(tensor) + " in " + nest.arch.levels[keep->level].name);
  if (!twice.empty()) notes.push_back("Tiles with several buffers in the mapping have one: " + list(twice) + ".");
  if (!nest.arch.drains_charged)
    notes.emplace_back(
        "AccelForge charges the read of a level that its results leave; the architecture does not "
        "(drains_charged: false).");
  note_unknown_energies(nest, notes);
  return notes;
}

}  // namespace tilewright
