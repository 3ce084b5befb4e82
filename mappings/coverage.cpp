#include <fmt/format.h>

#include <cmath>

#include "mappings/plan.hpp"
#include "mappings/uses.hpp"

namespace tilewright {

namespace {

[[noreturn]] void fail(const Node& node, const std::string& message) {
  throw InputError(node.place, node.key_path, message);
}

const Loop& loop_at(const Mapping& mapping, int node) {
  return std::get<Loop>(mapping.nodes[static_cast<std::size_t>(node)].what);
}

double covered(const Mapping& mapping, const std::vector<int>& loops, RankId rank, const Frame& frame) {
  double factor = 1;
  for (const int node : loops)
    if (loop_at(mapping, node).rank == rank) factor *= frame.factors[static_cast<std::size_t>(node)];
  return factor;
}

// A tile of a keep stays only while no other tile comes, and in its own instance.
void check_handover(const Cascade& cascade, const Mapping& mapping, const Handover& handover, const Frame& frame) {
  if (frame.factors[static_cast<std::size_t>(handover.loop)] == 1) return;
  const Loop& loop = loop_at(mapping, handover.loop);
  if (!loop.spatial && product(handover.changes, frame) == 1) return;
  const std::string& variable = cascade.ranks[static_cast<std::size_t>(loop.rank)].variable;
  const std::string why = loop.spatial
                              ? fmt::format("not by the same instances over {}", variable)
                              : fmt::format("its tile has gone when the loop over {} comes again", variable);
  fail(mapping.nodes[static_cast<std::size_t>(handover.node)],
       fmt::format("'{}' is written and read below, but {}",
                   cascade.tensors[static_cast<std::size_t>(handover.tensor)].name, why));
}

// Steps of an iteration come one after another.
void check_steps(const Cascade& cascade, const Mapping& mapping, const Leaf& leaf, const Frame& frame) {
  const TensorId output = cascade.einsums[static_cast<std::size_t>(leaf.einsum)].output.tensor;
  const Tensor& tensor = cascade.tensors[static_cast<std::size_t>(output)];
  for (const int node : leaf.spatial) {
    const bool steps = loop_at(mapping, node).rank == tensor.iterated;
    if (steps && frame.factors[static_cast<std::size_t>(node)] > 1)
      fail(mapping.nodes[static_cast<std::size_t>(node)],
           fmt::format("the steps of the running value '{}' cannot run at once", tensor.name));
  }
}

// A tile of a tensor that is shared is of whole groups, or within one.
void check_shared(const Cascade& cascade, const Mapping& mapping, const Tile& tile, const Frame& frame) {
  for (const int loop : tile.loops) {
    if (!std::isnan(selected(tile, loop, frame))) continue;
    const Rank& rank = cascade.ranks[static_cast<std::size_t>(loop_at(mapping, loop).rank)];
    fail(mapping.nodes[static_cast<std::size_t>(loop)],
         fmt::format("{} coordinates of {} share '{}', and tiles of this loop do not divide them", frame.shared_by,
                     rank.name, cascade.tensors[static_cast<std::size_t>(tile.tensor)].name));
  }
}

}  // namespace

void check_coverage(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const Plan& plan,
                    const Frame& frame) {
  for (const Leaf& leaf : plan.leaves) {
    const Einsum& einsum = cascade.einsums[static_cast<std::size_t>(leaf.einsum)];
    const Node& node = mapping.nodes[static_cast<std::size_t>(leaf.node)];
    for (const RankId rank : einsum.iteration) {
      const double loops =
          covered(mapping, leaf.temporal, rank, frame) * covered(mapping, leaf.spatial, rank, frame);
      const double shape = frame.shapes[static_cast<std::size_t>(rank)];
      if (loops != shape)
        fail(node, fmt::format("the loops of {} cover {} of {} = {}", einsum.name, loops,
                               cascade.ranks[static_cast<std::size_t>(rank)].name, shape));
    }
    check_steps(cascade, mapping, leaf, frame);
    const ComputeUnit& unit = arch.units[static_cast<std::size_t>(leaf.unit)];
    const double lanes = product(leaf.spatial, frame);
    if (lanes > unit.lanes)
      fail(node, fmt::format("{} spreads over {} lanes; '{}' has {}", einsum.name, lanes, unit.name, unit.lanes));
  }
  for (const Residency& residency : plan.residencies) {
    const Level& level = arch.levels[static_cast<std::size_t>(residency.level)];
    const double copies = product(residency.copies, frame);
    if (copies > level.instances)
      fail(mapping.nodes[static_cast<std::size_t>(residency.node)],
           fmt::format("'{}' is kept below {} spatial instances; '{}' has {}",
                       cascade.tensors[static_cast<std::size_t>(residency.tile.tensor)].name, copies, level.name,
                       level.instances));
  }
  for (const Transfer& transfer : plan.transfers) check_shared(cascade, mapping, transfer.tile, frame);
  for (const Handover& handover : plan.handovers) check_handover(cascade, mapping, handover, frame);
}

}  // namespace tilewright
