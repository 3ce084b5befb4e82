#include <fmt/format.h>

#include "mappings/plan.hpp"
#include "mappings/uses.hpp"

namespace tilewright {

namespace {

const Loop& loop_at(const Mapping& mapping, int node) {
  return std::get<Loop>(mapping.nodes[static_cast<std::size_t>(node)].what);
}

double covered(const Mapping& mapping, const std::vector<int>& loops, RankId rank, const Frame& frame) {
  double factor = 1;
  for (const int node : loops)
    if (loop_at(mapping, node).rank == rank) factor *= frame.factors[static_cast<std::size_t>(node)];
  return factor;
}

}  // namespace

void check_coverage(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const Plan& plan,
                    const Frame& frame) {
  for (const Leaf& leaf : plan.leaves) {
    const Einsum& einsum = cascade.einsums[static_cast<std::size_t>(leaf.einsum)];
    const Place& place = mapping.nodes[static_cast<std::size_t>(leaf.node)].place;
    for (const RankId rank : einsum.iteration) {
      const double loops =
          covered(mapping, leaf.temporal, rank, frame) * covered(mapping, leaf.spatial, rank, frame);
      const double shape = frame.shapes[static_cast<std::size_t>(rank)];
      if (loops != shape)
        throw InputError(place, "",
                         fmt::format("the loops of {} cover {} of {} = {}", einsum.name, loops,
                                     cascade.ranks[static_cast<std::size_t>(rank)].name, shape));
    }
    const ComputeUnit& unit = arch.units[static_cast<std::size_t>(leaf.unit)];
    const double lanes = product(leaf.spatial, frame);
    if (lanes > unit.lanes)
      throw InputError(
          place, "",
          fmt::format("{} spreads over {} lanes; '{}' has {}", einsum.name, lanes, unit.name, unit.lanes));
  }
}

}  // namespace tilewright
