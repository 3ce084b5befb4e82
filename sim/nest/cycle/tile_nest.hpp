// The part of a fusion group's tree that all of its Einsums share: loops above the point where they part. One
// iteration of these loops is a tile, and a tile is what a cycle simulation follows: what an Einsum does within one
// is a single piece of work.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/arch.hpp"
#include "mappings/sized_tree.hpp"
#include "mappings/tree.hpp"

namespace tilewright {

/// A temporal loop above the point where Einsums part.
struct TileLoop {
  NodeId node;
  RankId rank;
  std::int64_t times;
};

/// A set of loops of a TileNest, by position: bit 0 is the outermost.
using LoopSet = std::uint64_t;

/// -1 of the empty set.
int innermost_of(LoopSet set);

struct TileNest {
  GroupId group;
  std::vector<TileLoop> loops;  ///< outermost first
  ByNode<char> shared;          ///< nodes that stand above that point

  [[nodiscard]] std::int64_t tiles() const;
  /// Of one of the loops; the empty set of any other.
  [[nodiscard]] LoopSet position_of(NodeId loop) const;
  /// Loops over one of the ranks.
  [[nodiscard]] LoopSet over(const IdSet<RankId>& ranks) const;
};

/// Where a group has one Einsum, a tile is what the innermost of its tiles in a level with one instance gives it.
/// Throws std::length_error for more than 64 loops.
TileNest tile_nest(const Tree& tree, const Arch& arch, const SizedTree& sized, GroupId group);

}  // namespace tilewright
