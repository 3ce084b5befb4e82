#include "mappings/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

bool whole(double value) { return value >= 1 && value == std::floor(value) && value <= 0x1p53; }

double whole_value(const Expression& expression, const std::vector<double>& slots, const char* what) {
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
      assignment.value.fail(fmt::format("{} is given as {}, but '{}' is {}", cascade.ranks[assignment.rank].name,
                                        slot, assignment.value.text(), value));
    slot = value;
    if (assignment.rank && !whole(slot))
      assignment.value.fail(fmt::format("the shape of {} must be a whole number of at least 1; '{}' is {}",
                                        cascade.ranks[assignment.rank].name, assignment.value.text(), slot));
    if (!std::isfinite(slot))
      assignment.value.fail(fmt::format("'{}' has no finite value", assignment.value.text()));
  }
}

void check_partitions(const Cascade& cascade, const ByRank<double>& shapes) {
  for (const Partition& partition : cascade.partitions) {
    double product = 1;
    for (const RankId part : partition.parts) product *= shapes[part];
    const double all = shapes[partition.whole];
    if (all == 0 || product == all) continue;
    const Rank& rank = cascade.ranks[partition.whole];
    throw InputError(rank.place, "", fmt::format("the parts of {} = {} multiply to {}", rank.name, all, product));
  }
}

void evaluate_groups(const Mapping& mapping, const Cascade& cascade, Frame& frame) {
  frame.groups = 0;
  if (!mapping.shared) return;
  const SharedRank& shared = *mapping.shared;
  const double all = frame.shapes[shared.rank];
  frame.groups = frame.slots[static_cast<std::size_t>(shared.groups)];
  if (std::fmod(all, frame.groups) != 0)
    throw InputError(
        {mapping.file, 0, 0}, "",
        fmt::format("{} = {} does not divide into {} = {} groups that share", cascade.ranks[shared.rank].name, all,
                    mapping.symbols.names()[static_cast<std::size_t>(shared.groups)], frame.groups));
}

void evaluate_node(const Mapping& mapping, NodeId n, Frame& frame) {
  const Written& written = mapping.written[n];
  const bool keep = std::holds_alternative<Keep>(mapping.tree.nodes[n].what);
  const double when = written.when ? written.when->evaluate(frame.slots) : 1;
  if (std::isnan(when)) written.when->fail(fmt::format("'{}' has no value", written.when->text()));
  frame.active[n] = static_cast<char>(when != 0);
  frame.factors[n] = whole_value(written.number, frame.slots, keep ? "the number of buffers" : "a loop's factor");
}

double not_negative(const Expression& expression, const std::vector<double>& slots, const char* what) {
  const double value = expression.evaluate(slots);
  if (!(value >= 0 && std::isfinite(value)))
    expression.fail(fmt::format("{} must be finite and at least 0; '{}' is {}", what, expression.text(), value));
  return value;
}

void evaluate_reserved(const Mapping& mapping, Frame& frame) {
  frame.reserved_B.clear();
  for (const auto& [level, bytes] : mapping.reserved_B) {
    if (frame.reserved_B.size() <= level.index()) frame.reserved_B.resize(level.index() + 1, 0);
    frame.reserved_B[level] += not_negative(bytes, frame.slots, "reserved bytes");
  }
}

void evaluate_bubbles(const Mapping& mapping, Frame& frame) {
  frame.bubble_cycles.clear();
  for (const FusionGroup& group : mapping.tree.groups)
    for (const Step& step : group.steps)
      frame.bubble_cycles.push_back(
          step.bubble_cycles ? not_negative(*step.bubble_cycles, frame.slots, "bubble cycles") : 0);
}

void evaluate_all(const Mapping& mapping, const Cascade& cascade, std::span<const double> given, Frame& frame) {
  evaluate_names(mapping, cascade, given, frame);
  frame.shapes.assign(mapping.rank_slots.size(), 0);
  for (const RankId r : frame.shapes.ids())
    if (mapping.rank_slots[r] >= 0) frame.shapes[r] = frame.slots[static_cast<std::size_t>(mapping.rank_slots[r])];
  check_partitions(cascade, frame.shapes);
  frame.factors.resize(mapping.written.size());
  frame.active.resize(mapping.written.size());
  for (const NodeId n : mapping.written.ids()) evaluate_node(mapping, n, frame);
  evaluate_groups(mapping, cascade, frame);
  evaluate_reserved(mapping, frame);
  evaluate_bubbles(mapping, frame);
}

}  // namespace

// Names were found when the mapping was read: what is left to be wrong are these numbers.
void evaluate_frame(const Mapping& mapping, const Cascade& cascade, std::span<const double> given, Frame& frame) {
  try {
    evaluate_all(mapping, cascade, given, frame);
  } catch (const InputError& error) {
    throw InfeasibleError(error.what());
  }
}

}  // namespace tilewright
