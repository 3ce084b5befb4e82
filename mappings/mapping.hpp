// A mapping as a file gives it: a tree, the expressions of its numbers, and the names in them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/expression.hpp"
#include "einsum/cascade.hpp"
#include "einsum/mask/layout.hpp"
#include "mappings/shared_rank.hpp"
#include "mappings/stored_tensor.hpp"
#include "mappings/tree.hpp"

namespace tilewright {

/// What a file says of a node besides its place in the tree.
struct Written {
  Expression number = Expression::constant(
      1);  ///< of a loop its factor, of a keep its tiles held at once, as 2 for double buffering
  std::optional<Expression> when;  ///< a keep holds only where this is not 0
  Place place;
  std::string key_path;  ///< "mapping.groups[0].nest[2].keep.L3"
};

/// A name that is computed from the ones before it: a shape that the mapping or the cascade fixes, or a `let`.
struct Assignment {
  int slot;
  Expression value;
  RankId rank = {};    ///< if it is the shape of a rank
  bool check = false;  ///< the slot has a value already, which must be this one
};

struct Mapping {
  std::string name;
  std::string file;
  Symbols symbols;  ///< given shapes first (in the order given), then `arch.*`, then assignments
  int given = 0;    ///< how many names the workload gives
  std::vector<std::pair<int, double>> arch_values;  ///< slot and value
  std::vector<Assignment> assignments;              ///< in order of evaluation
  ByRank<int> rank_slots;                           ///< the slots of their shapes; -1 if nothing needs it
  Tree tree;
  ByNode<Written> written;
  std::vector<std::pair<RankId, Extents>> tiles;  ///< shape of a tile of a masked rank; its tokens are permuted
  std::vector<LevelId> overbooked;                ///< what does not fit there spills to the parent
  std::vector<std::pair<LevelId, Expression>> reserved_B;  ///< taken for other uses, of all instances
  std::optional<SharedRank> shared;                        ///< what the workload shares between heads
  std::optional<StoredTensor> stored;                      ///< what the workload stores in another tensor
};

}  // namespace tilewright
