// What of an architecture a nest uses: the levels that it keeps tiles in and the units that it computes on, in one
// hierarchy, as tools have it that know instances as fan-outs of it.
#pragma once

#include <string>
#include <vector>

#include "report/export/placed_nest.hpp"
#include "sim/nest/latency.hpp"

namespace tilewright {

/// A unit as one Einsum, or several with equal costs of a point, use it.
struct ExportedUnit {
  std::string name;
  UnitId unit;
  PointCost cost;
  LevelId below;      ///< the innermost level that its Einsums use
  double fanout = 1;  ///< lanes below one instance of that level
};

struct ExportedArch {
  std::vector<LevelId> levels;  ///< that are used; a level above stands before one below
  ByLevel<LevelId> parent;      ///< the next one above that is used; none of the outermost
  ByLevel<double> fanout;       ///< instances below one instance of the parent
  std::vector<ExportedUnit> units;
  ByEinsum<std::size_t> unit_of;
  ByNode<std::string> spread_over;  ///< by spatial loop: the level or unit whose instances it takes
};

/// Throws InputError where levels make no one hierarchy, and where spatial loops take other instances than there
/// are between the tiles above and below them.
ExportedArch export_arch(const SizedNest& nest, const PlacedNodes& placed);

}  // namespace tilewright
