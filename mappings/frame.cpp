#include "mappings/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

bool whole(double value) { return value >= 1 && value == std::floor(value) && value <= 0x1p53; }

double whole_value(const Expression& expression, const std::vector<double>& slots, const std::string& what) {
  const double value = expression.evaluate(slots);
  if (!whole(value))
    expression.fail(
        fmt::format("{} must be a whole number of at least 1; '{}' is {}", what, expression.text(), value));
  return value;
}

void evaluate_names(const Mapping& mapping, const Cascade& cascade, std::span<const double> given, Frame& frame) {
  frame.slots.assign(static_cast<std::size_t>(mapping.symbols.size()), 0);
  std::ranges::copy(given, frame.slots.begin());
  for (const auto& [slot, value] : mapping.arch_values) frame.slots[static_cast<std::size_t>(slot)] = value;
  for (const Assignment& assignment : mapping.assignments) {
    double& slot = frame.slots[static_cast<std::size_t>(assignment.slot)];
    const double value = assignment.value.evaluate(frame.slots);
    if (assignment.check && value != slot)
      assignment.value.fail(fmt::format("{} is given as {}, but '{}' is {}",
                                        cascade.ranks[static_cast<std::size_t>(assignment.rank)].name, slot,
                                        assignment.value.text(), value));
    slot = value;
    if (assignment.rank >= 0 && !whole(slot))
      assignment.value.fail(fmt::format("the shape of {} must be a whole number of at least 1; '{}' is {}",
                                        cascade.ranks[static_cast<std::size_t>(assignment.rank)].name,
                                        assignment.value.text(), slot));
    if (!std::isfinite(slot))
      assignment.value.fail(fmt::format("'{}' has no finite value", assignment.value.text()));
  }
}

// `apart`: coordinates of the whole rank from one of this part to the next.
void share_loops(const Mapping& mapping, RankId rank, double apart, Frame& frame) {
  const double all = apart * frame.shapes[static_cast<std::size_t>(rank)];
  for (std::size_t n = 0; n < mapping.nodes.size(); ++n) {
    const auto* loop = std::get_if<Loop>(&mapping.nodes[n].what);
    if (loop == nullptr || loop->rank != rank) continue;
    double end = all;
    for (int above = mapping.nodes[n].parent; above >= 0;
         above = mapping.nodes[static_cast<std::size_t>(above)].parent) {
      const auto* outer = std::get_if<Loop>(&mapping.nodes[static_cast<std::size_t>(above)].what);
      if (outer != nullptr && outer->rank == rank) end /= frame.factors[static_cast<std::size_t>(above)];
    }
    frame.shared_factors[n] = distinct_coordinates(end / frame.factors[n], end, frame.shared_by);
  }
}

void check_partitions(const Cascade& cascade, const std::vector<double>& shapes) {
  for (const Partition& partition : cascade.partitions) {
    double product = 1;
    for (const RankId part : partition.parts) product *= shapes[static_cast<std::size_t>(part)];
    const double all = shapes[static_cast<std::size_t>(partition.whole)];
    if (all == 0 || product == all) continue;
    const Rank& rank = cascade.ranks[static_cast<std::size_t>(partition.whole)];
    throw InputError(rank.place, "", fmt::format("the parts of {} = {} multiply to {}", rank.name, all, product));
  }
}

// Loops over the shared rank select another element only every so many coordinates.
void share(const Mapping& mapping, const Cascade& cascade, Frame& frame) {
  const SharedRank& shared = *mapping.shared;
  const double all = frame.shapes[static_cast<std::size_t>(shared.rank)];
  const double groups = frame.slots[static_cast<std::size_t>(shared.groups)];
  if (std::fmod(all, groups) != 0)
    throw InputError({mapping.file, 0, 0}, "",
                     fmt::format("{} = {} does not divide into {} = {} groups that share",
                                 cascade.ranks[static_cast<std::size_t>(shared.rank)].name, all,
                                 mapping.symbols.names()[static_cast<std::size_t>(shared.groups)], groups));
  frame.shared_by = all / groups;
  std::vector<RankId> parts = parts_of(cascade, shared.rank);
  double apart = 1;  // coordinates of the whole from one of the part to the next
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const double shape = frame.shapes[static_cast<std::size_t>(*part)];
    share_loops(mapping, *part, apart, frame);
    frame.shared_shapes[static_cast<std::size_t>(*part)] =
        distinct_coordinates(apart, apart * shape, frame.shared_by);
    apart *= shape;
  }
  if (parts.front() == shared.rank) return;
  share_loops(mapping, shared.rank, 1, frame);
  frame.shared_shapes[static_cast<std::size_t>(shared.rank)] = groups;
}

void evaluate_node(const Mapping& mapping, std::size_t n, Frame& frame) {
  const Node& node = mapping.nodes[n];
  frame.factors[n] = 1;
  frame.active[n] = 1;
  frame.buffers[n] = 0;
  if (const auto* loop = std::get_if<Loop>(&node.what)) {
    frame.factors[n] = whole_value(loop->factor, frame.slots, "a loop's factor");
  } else if (const auto* keep = std::get_if<Keep>(&node.what)) {
    const double when = keep->when ? keep->when->evaluate(frame.slots) : 1;
    if (std::isnan(when)) keep->when->fail(fmt::format("'{}' has no value", keep->when->text()));
    frame.active[n] = static_cast<char>(when != 0);
    frame.buffers[n] = whole_value(keep->buffers, frame.slots, "the number of buffers");
  }
}

}  // namespace

void evaluate_frame(const Mapping& mapping, const Cascade& cascade, std::span<const double> given, Frame& frame) {
  evaluate_names(mapping, cascade, given, frame);
  frame.shapes.assign(mapping.rank_slots.size(), 0);
  for (std::size_t r = 0; r < frame.shapes.size(); ++r)
    if (mapping.rank_slots[r] >= 0) frame.shapes[r] = frame.slots[static_cast<std::size_t>(mapping.rank_slots[r])];
  check_partitions(cascade, frame.shapes);
  frame.factors.resize(mapping.nodes.size());
  frame.active.resize(mapping.nodes.size());
  frame.buffers.resize(mapping.nodes.size());
  for (std::size_t n = 0; n < mapping.nodes.size(); ++n) evaluate_node(mapping, n, frame);
  if (!mapping.shared) return;
  frame.shared_shapes = frame.shapes;
  frame.shared_factors = frame.factors;
  share(mapping, cascade, frame);
}

}  // namespace tilewright
