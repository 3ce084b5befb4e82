// The tiles of a nest of loops as places for elements: of every tensor that a keep has, which loops select its tile
// and its instance, where it is filled from and drained to, and who uses it.
#pragma once

#include <vector>

#include "einsum/resolved_einsum.hpp"
#include "mappings/cascade_facts.hpp"
#include "mappings/flat_tree.hpp"
#include "mappings/frame.hpp"

namespace tilewright {

using PortId = Id<struct Port>;

/// What is run. `flat` is the flattened tree, with its shared and stored tensors; all of it must outlive the run.
struct NestOfLoops {
  const CascadeFacts& facts;
  const Arch& arch;
  const Tree& tree;
  const FlatTree& flat;
  const Numbers& numbers;
  const ByRank<double>& shapes;  ///< of all ranks
};

/// A coordinate of an element within a tensor, of a rank or of a part of one: `index / stride % extent` of its
/// row-major index.
struct TileDimension {
  std::size_t stride;
  long long extent;
  RankId rank;
  long long step;             ///< so many coordinates of the rank have the same element
  bool selected;              ///< else all reads are at fixed coordinates, and it is no part of the tile's size
  std::vector<NodeId> loops;  ///< above the tile, over the rank, outermost first
};

/// A tensor of a keep.
struct Port {
  NodeId node;
  TensorId tensor;
  LevelId level;
  GroupId group;
  PortId parent = {};                 ///< the next above of the same tensor
  PortId inside = {};                 ///< has its data: of a tensor that is stored in another
  std::vector<PortId> in_place = {};  ///< others that take turns in its buffer
  EinsumId reader = {};               ///< the first
  EinsumId writer = {};
  bool fetches = false;      ///< its tile is filled from the parent
  bool drains = false;       ///< its tile is wanted above
  bool accumulates = false;  ///< of partial sums
  bool whole = false;        ///< at home: all groups have the tensor there
  bool turns = false;        ///< its tile goes at the end of its branch
  std::vector<TileDimension> dimensions = {};
  std::size_t step_stride = 0;  ///< of an iterated tensor: of its steps in the index; else 0
  std::size_t steps = 1;
  std::vector<NodeId> lanes = {};  ///< spatial loops above, over ranks of its users: each instance has its own
};

/// An Einsum at the end of its path.
struct RunLeaf {
  EinsumId einsum;
  NodeId node;
  std::vector<NodeId> lanes;                    ///< spatial, over its ranks
  std::vector<std::pair<NodeId, bool>> others;  ///< temporal, over other ranks; whether it runs in the last
  std::vector<std::pair<RankId, std::vector<NodeId>>> loops;  ///< by rank of the Einsum
  std::vector<PortId> operands;                               ///< by position in the body, then of the filter
  PortId result;
};

struct Ports {
  explicit Ports(const NestOfLoops& nest);

  ById<PortId, Port> ports;
  ById<LeafId, RunLeaf> leaves;
  ByNode<std::vector<NodeId>> children;
  ByNode<NodeId> loop_above;
  ByNode<LeafId> leaf_at;
  ByNode<long long> below;              ///< coordinates in a full tile below a loop
  ByNode<std::vector<PortId>> leaving;  ///< by child of a node with several: ports that make room at its end

 private:
  void find_children(const NestOfLoops& nest);
  void find_extents(const NestOfLoops& nest);
  void add_port(const NestOfLoops& nest, const Residency& residency);
  void connect(const NestOfLoops& nest);
  void add_dimensions(const NestOfLoops& nest, const IdSet<RankId>& ranks, Port& port) const;
  void add_shared(const NestOfLoops& nest, const IdSet<RankId>& ranks, std::size_t stride, Port& port) const;
  void add_dimension(const NestOfLoops& nest, TileDimension dimension, Port& port) const;
  void add_leaf(const NestOfLoops& nest, const Leaf& leaf);
  void find_last(const NestOfLoops& nest);
  [[nodiscard]] bool reads_last(const NestOfLoops& nest, const RunLeaf& leaf, NodeId loop) const;
  void find_leaving(const NestOfLoops& nest);
  [[nodiscard]] std::vector<NodeId> loops_above(NodeId node) const;
  [[nodiscard]] PortId port_above(const NestOfLoops& nest, NodeId node, TensorId tensor) const;
  [[nodiscard]] static bool is_below(const NestOfLoops& nest, NodeId node, NodeId above);
};

}  // namespace tilewright
