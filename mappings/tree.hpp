// How a cascade runs on an architecture, but for its numbers: a tree of loops, residencies and Einsums, and a
// schedule.
//
// A group's nest is a tree, read from its root to each Einsum: a loop iterates (or spreads over lanes) all that
// stands below it; a keep says that from there on a level holds the tile of a tensor that the loops above it
// select. Einsums below a common node are fused over the loops above it. Groups run one after another.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/arch.hpp"
#include "common/expression.hpp"
#include "einsum/cascade.hpp"

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
  bool in_place = false;  ///< the tensors take turns in one buffer, as large as the largest of them
};

struct Compute {
  EinsumId einsum;
  UnitId unit;
};

struct Node {
  int parent = -1;  ///< index of the node above; -1 at the root
  int group = 0;
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
};

struct Tree {
  std::vector<Node> nodes;  ///< a parent stands before its children
  std::vector<FusionGroup> groups;
};

}  // namespace tilewright
