// How a cascade runs on an architecture: a tree of loops, residencies and Einsums, and a schedule.
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
#include "einsum/cascade.hpp"
#include "einsum/mask/layout.hpp"
#include "mappings/shared_rank.hpp"

namespace tilewright {

struct Loop {
  RankId rank;
  Expression factor;
  bool spatial = false;
  /// Spatial: every instance runs the loops below on its own, as the multiprocessors of a GPU do, and may skip what
  /// others do not. Other lanes go in step.
  bool independent = false;
};

struct Keep {
  LevelId level;
  std::vector<TensorId> tensors;
  Expression buffers = Expression::constant(1);  ///< tiles held at once, as 2 for double buffering
  bool in_place = false;           ///< the tensors take turns in one buffer, as large as the largest of them
  std::optional<Expression> when;  ///< holds only where this is not 0
};

struct Compute {
  EinsumId einsum;
  UnitId unit;
};

struct Node {
  int parent = -1;  ///< index of the node above; -1 at the root
  int group = 0;
  std::variant<Loop, Keep, Compute> what;
  Place place;
  std::string key_path = {};  ///< "mapping.groups[0].nest[2].keep.L3"
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

/// A name that is computed from the ones before it: a shape that the mapping or the cascade fixes, or a `let`.
struct Assignment {
  int slot;
  Expression value;
  RankId rank = -1;    ///< if it is the shape of a rank
  bool check = false;  ///< the slot has a value already, which must be this one
};

struct Mapping {
  std::string name;
  std::string file;
  Symbols symbols;  ///< given shapes first (in the order given), then `arch.*`, then assignments
  int given = 0;    ///< how many names the workload gives
  std::vector<std::pair<int, double>> arch_values;  ///< slot and value
  std::vector<Assignment> assignments;              ///< in order of evaluation
  std::vector<int> rank_slots;                      ///< by RankId: the slot of its shape; -1 if nothing needs it
  std::vector<Node> nodes;                          ///< a parent stands before its children
  std::vector<FusionGroup> groups;
  std::vector<std::pair<RankId, Extents>> tiles;  ///< shape of a tile of a masked rank; its tokens are permuted
  std::vector<LevelId> overbooked;                ///< what does not fit there spills to the parent
  std::vector<std::pair<LevelId, Expression>> reserved_B;  ///< taken for other uses, of all instances
  std::optional<SharedRank> shared;                        ///< what the workload shares between heads
};

}  // namespace tilewright
