// A mapping's tree, flattened once into what models count: Einsums with their loops, tiles that levels hold, and
// transfers of tensors between them. Everything is an index; numbers come from a Frame.
#pragma once

#include <vector>

#include "mappings/frame.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

/// An Einsum at the end of its path through the tree.
struct Leaf {
  EinsumId einsum;
  UnitId unit;
  int group;
  int node;
  std::vector<int> temporal;  ///< loop nodes over ranks of the Einsum, outermost first
  std::vector<int> spatial;
};

/// The part of a tensor that one tile holds: its ranks' shapes over the loops that select the tile.
struct Tile {
  TensorId tensor;
  std::vector<RankId> ranks;  ///< without an iterated rank: the running value has one element there
  std::vector<int> loops;     ///< loop nodes above the tile over those ranks
  bool shared = false;        ///< the tensor has one element for many coordinates (Mapping::shared)
};

/// A tile that a level holds below a keep node.
struct Residency {
  int node;
  LevelId level;
  Tile tile;
  std::vector<int> copies;  ///< spatial loop nodes above: every instance holds its own
  int leaf = -1;            ///< the only leaf below the node, or -1 where several share it
};

/// Movement of one tensor between the tile that a level holds and the next tile below it, or the unit.
struct Transfer {
  TensorId tensor;
  EinsumId einsum;  ///< that it is charged to: the first reader, or the writer
  LevelId parent;
  LevelId child;     ///< -1: the operands and results of the Einsum's unit itself
  bool up;           ///< results to the parent; else operands from it
  bool accumulates;  ///< up: partial sums that come again are read back and added to
  Tile tile;         ///< of the child; one element for a unit
  struct Trip {
    int loop;
    bool relevant;  ///< the loop selects another tile of the tensor
  };
  std::vector<Trip> trips;            ///< temporal loop nodes above the child, outermost first
  std::vector<int> parent_instances;  ///< spatial loop nodes above the parent tile ...
  std::vector<int> parent_copies;     ///< ... those of them that do not select another tile
  std::vector<int> distinct;          ///< spatial loop nodes between, each instance with another tile
  std::vector<int> shared;            ///< spatial loop nodes between, instances with the same tile
};

/// A tensor that is both written and read below a keep, and a loop above the keep that selects no tile of it. The
/// tile must still be there when the loop comes again.
struct Handover {
  TensorId tensor;
  int node;
  int loop;
  std::vector<int> changes;  ///< temporal loop nodes between the two that select another tile
};

struct Plan {
  std::vector<Leaf> leaves;  ///< in the order of the tree
  std::vector<Residency> residencies;
  std::vector<Transfer> transfers;
  std::vector<Handover> handovers;
};

/// `active` says which keep nodes hold (Frame::active). Throws InputError where an Einsum's tensor is kept nowhere,
/// an input or output not at the outermost level, a tile at a level that is not below the level it comes from, or
/// a tensor between two groups at different levels.
Plan make_plan(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const std::vector<char>& active);

/// Elements of the tensor that the tiles are of.
double tensor_elements(const Tile& tile, const Frame& frame);
/// Elements of one tile.
double tile_elements(const Tile& tile, const Frame& frame);
/// So many different tiles of a tensor a loop over one of its ranks selects; it selects each of them so many times
/// in a row as its factor is more.
double selected(const Tile& tile, int loop, const Frame& frame);
/// The product of the factors of loop nodes.
double product(const std::vector<int>& loops, const Frame& frame);

/// Throws InputError where the loops of an Einsum do not cover a rank exactly once, or spread over more lanes
/// than its unit has, where a tile that is handed over from its writer to its readers has gone in between, where a
/// tile is kept in more instances than its level has, where tiles do not divide groups that share a tensor, and
/// where the steps of an iteration would run at once.
void check_coverage(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const Plan& plan,
                    const Frame& frame);

}  // namespace tilewright
