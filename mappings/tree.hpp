// How a cascade runs on an architecture, but for its numbers: a tree of loops, residencies and Einsums, and a
// schedule.
//
// A group's nest is a tree, read from its root to each Einsum: a loop iterates (or spreads over lanes) all that
// stands below it; a keep says that from there on a level holds the tile of a tensor that the loops above it
// select. Einsums below a common node are fused over the loops above it. Groups run one after another.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arch/arch.hpp"
#include "common/expression.hpp"
#include "common/id.hpp"
#include "einsum/cascade.hpp"
#include "einsum/mask/layout.hpp"

namespace tilewright {

struct Loop {
  RankId rank;
  bool spatial = false;
  /// Spatial: every instance runs the loops below on its own, as the multiprocessors of a GPU do, and may skip what
  /// others do not. Other lanes go in step.
  bool independent = false;
};

struct Keep {
  LevelId level;
  std::vector<TensorId> tensors;
  bool turns = false;     ///< makes room for tiles of other Einsums, and is fetched again at each turn
  bool in_place = false;  ///< the tensors take turns in one buffer, as large as the largest of them
};

struct Compute {
  EinsumId einsum;
  UnitId unit;
};

using NodeId = Id<struct Node>;
template <class T>
using ByNode = ById<NodeId, T>;
using GroupId = Id<struct FusionGroup>;
template <class T>
using ByGroup = ById<GroupId, T>;

struct Node {
  NodeId parent;  ///< the node above; none at the root
  GroupId group;
  std::variant<Loop, Keep, Compute> what;
};

/// Lanes of a step run at once, the Einsums of a lane one after another; or nothing runs for bubble cycles.
struct Step {
  std::vector<std::vector<EinsumId>> lanes;
  std::optional<Expression> bubble_cycles;
};

struct FusionGroup {
  std::string name;
  std::vector<Step> steps;  ///< one after another
  Place place;
  /// Tokens of a masked rank: what a mask leaves out is skipped so many at once, or more.
  std::vector<std::pair<RankId, Count>> tiles = {};
};

struct Tree {
  ByNode<Node> nodes;  ///< a parent stands before its children
  ByGroup<FusionGroup> groups;
};

}  // namespace tilewright
