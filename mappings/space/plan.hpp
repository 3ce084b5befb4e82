// A mapping of the space that a search goes through, as the choices that make it: numbers in place of a tree.
//
// A fusion group has loops that its Einsums share, with tensors kept below some of them; then, for every Einsum by
// itself, loops over its steps, its lanes, and the tiles that a lane's own memory holds while the loops below them
// run.
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"
#include "mappings/tree.hpp"

namespace tilewright {

struct PlannedLoop {
  RankId rank;
  double factor = 1;
  double tile =
      0;  ///< of a shared loop: coordinates below it, but for the last iteration; the mapping file has none
};

/// A tensor that a level holds below the first `below` of the shared loops.
struct PlannedKeep {
  TensorId tensor;
  LevelId level;
  int below = 0;
};

struct EinsumPlan {
  EinsumId einsum;
  UnitId unit;
  std::vector<PlannedLoop> steps;  ///< above the lanes, outermost first
  std::vector<PlannedLoop> lanes;
  std::vector<PlannedKeep> kept;     ///< in the lane's own memory; `below` has no meaning
  std::vector<PlannedLoop> in_lane;  ///< below what a lane keeps
};

struct GroupPlan {
  bool pipelined = false;  ///< units at once; else one Einsum after another
  std::vector<PlannedLoop> loops;
  std::vector<PlannedKeep> keeps;  ///< by `below`, then by level
  std::vector<EinsumPlan> einsums;
  std::vector<std::pair<RankId, Count>> tiles = {};  ///< FusionGroup::tiles
};

/// How many tiles a keep of the group holds: two of what one Einsum hands to another that runs at once, in the keep
/// nearest to both.
int buffers_of(const GroupPlan& group, std::size_t keep, const Cascade& cascade);

/// What a mapping file says.
struct Plan {
  std::vector<std::pair<RankId, double>> shapes;  ///< of ranks that the mapping gives
  std::vector<GroupPlan> groups;
};

/// A tree and one factor for every node, as TreeModel takes them.
struct PlannedTree {
  Tree tree;
  ByNode<double> factors;
};
PlannedTree tree_of(const Plan& plan, const Cascade& cascade);

/// What a mapping file is called and which cascade it says it maps.
struct PlanNames {
  std::string name;
  std::string cascade;
  std::string description = {};
};
/// The text of a mapping file, which parse_mapping() reads back to the same tree and factors.
std::string to_yaml(const Plan& plan, const PlanNames& names, const Cascade& cascade, const Arch& arch);

/// The nest as people write it: a line per loop, per tensor kept and per Einsum, indented by depth.
std::string to_nest(const Plan& plan, const Cascade& cascade, const Arch& arch);

}  // namespace tilewright
