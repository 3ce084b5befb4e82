// A tree, flattened once into what models count: Einsums with their loops, tiles that levels hold, and transfers of
// tensors between them. Everything is an index into the tree; numbers come from a SizedTree.
#pragma once

#include <span>
#include <vector>

#include "common/id_set.hpp"
#include "mappings/arena.hpp"
#include "mappings/shared_rank.hpp"
#include "mappings/stored_tensor.hpp"
#include "mappings/tree.hpp"

namespace tilewright {

using LeafId = Id<struct Leaf>;
using BoxId = Id<struct Box>;
using ResidencyId = Id<struct Residency>;

/// Loop nodes, outermost first.
using Loops = std::span<const NodeId>;

/// An Einsum at the end of its path through the tree.
struct Leaf {
  EinsumId einsum;
  UnitId unit;
  GroupId group;
  NodeId node;
  BoxId space;      ///< its iteration space
  RankId iterated;  ///< of the running value that it writes, or none
  Loops temporal;   ///< over ranks of the Einsum
  Loops spatial;
};

/// The part of a tensor that one tile holds: its ranks' shapes over the loops that select the tile.
struct Tile {
  TensorId tensor;
  BoxId box;            ///< of the tensor's ranks
  Loops loops;          ///< above the tile, over those ranks
  bool shared = false;  ///< the tensor has one element for many coordinates of a rank
};

/// The product of some ranks' shapes.
struct Box {
  IdSet<RankId> ranks;  ///< without an iterated rank: a running value has one element there
  bool shared = false;  ///< of a tensor that has one element for many coordinates of a rank
  bool operator==(const Box&) const = default;
};

/// A temporal loop above a tile.
struct Trip {
  NodeId loop;
  bool relevant;  ///< the loop selects another tile of the tensor
};

/// A tile that a level holds below a keep node.
struct Residency {
  NodeId node;
  LevelId level;
  GroupId group;
  bool in_place;
  bool turns;  ///< fetched again whenever its Einsum's turn comes
  Tile tile;
  Loops copies;                      ///< spatial, above: every instance holds its own ...
  Loops same;                        ///< ... those of them that do not select another tile
  Loops apart;                       ///< temporal, above: each iteration with another tile
  LeafId leaf = {};                  ///< the only leaf below the node, or none where several share it
  std::span<const Trip> trips = {};  ///< as of its transfer
  std::size_t trips_of_turns = 0;    ///< of trips: those above the place where the Einsums part
  IdSet<LeafId> users = {};          ///< the leaves below the node that read or write the tensor
  bool inside = false;  ///< of a stored tensor: in the tile of the one that has its data, and so without a transfer
};

/// Movement of one tensor between the tile that a level holds and the next tile below it, or the unit.
struct Transfer {
  TensorId tensor;
  EinsumId einsum;  ///< that it is charged to: the first reader, or the writer
  LeafId leaf;      ///< of that Einsum
  BoxId space;      ///< of that Einsum
  GroupId group;    ///< of that Einsum
  LevelId parent;
  LevelId child;                ///< none: the operands and results of the Einsum's unit itself
  NodeId node;                  ///< the child's keep, or none
  bool up;                      ///< results to the parent; else operands from it
  bool accumulates;             ///< up: partial sums that come again are read back and added to
  bool once;                    ///< instances below the parent that want the same are served by one access
  Tile tile;                    ///< of the child; one element for a unit
  std::span<const Trip> trips;  ///< temporal, above the child, outermost first
  std::size_t turns;            ///< so many of the first of them move the tile in any case
  Loops parent_instances;       ///< spatial, above the parent tile ...
  Loops parent_copies;          ///< ... those of them that do not select another tile
  Loops distinct;               ///< spatial, between: each instance with another tile
  Loops shared;                 ///< spatial, between: instances with the same tile
};

/// A tensor that is both written and read below a keep, and a loop above the keep that selects no tile of it. The
/// tile must still be there when the loop comes again.
struct Handover {
  TensorId tensor;
  NodeId node;
  NodeId loop;
  Loops changes;  ///< temporal, between the two, that select another tile
};

/// The loops above an Einsum over one rank must cover it; those of several Einsums that end with the same loop,
/// once.
struct Cover {
  LeafId leaf;
  RankId rank;
  NodeId loop;  ///< the innermost, or none
};

/// A tensor that an Einsum hands to one in another lane of the same step of a schedule.
struct LaneHandover {
  std::size_t step;  ///< of all groups
  NodeId keep;       ///< the nearest that both see
};

struct FlatTree {
  ById<LeafId, Leaf> leaves;  ///< in the order of the tree
  ById<ResidencyId, Residency> residencies;
  std::vector<Transfer> transfers;  ///< between tiles, then of the units by leaf
  std::vector<Handover> handovers;
  std::vector<LaneHandover> lane_handovers;  ///< by step
  std::vector<Cover> covers;
  ById<BoxId, Box> boxes;             ///< each once
  std::vector<ResidencyId> spreads;   ///< residencies, of those with the same level and copies one
  std::vector<ResidencyId> by_level;  ///< residencies by level, then by group, then in order
  std::vector<NodeId> loops;          ///< loop nodes, a node above before one below
  ByNode<RankId> rank_of;             ///< of loops; else none
  ByNode<char> spatial;               ///< of loops
  ByNode<NodeId> outer;               ///< of loops, the next loop above over the same rank, or none
  const SharedRank* shared = nullptr;
  const StoredTensor* stored = nullptr;
  std::vector<RankId> shared_parts;  ///< of the shared rank, outermost first

  // What the lists above are made of.
  Arena<NodeId> loop_lists;
  Arena<Trip> trip_lists;

  /// Forgets the tree before, for one with so many nodes.
  void clear(std::size_t nodes);
};

}  // namespace tilewright
