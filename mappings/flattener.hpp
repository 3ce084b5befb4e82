// From a tree to a flat tree.
#pragma once

#include <optional>
#include <vector>

#include "mappings/cascade_facts.hpp"
#include "mappings/flat_tree.hpp"
#include "mappings/misfit.hpp"

namespace tilewright {

/// Flattens trees; keeps its memory from one to the next.
class Flattener {
 public:
  /// Both must outlive it, and `shared` and `stored` (or nullptr) the flat trees too.
  Flattener(const CascadeFacts& facts, const Arch& arch, const SharedRank* shared = nullptr,
            const StoredTensor* stored = nullptr);

  /// Replaces what the flat tree had. `active` says which keep nodes hold; empty: all. Tells what is wrong with the
  /// tree whatever its numbers; the flat tree is then incomplete.
  Misfit flatten(const Tree& tree, const ByNode<char>& active, FlatTree& flat);

 private:
  /// Who touches a tensor below a keep node, in the order of the tree.
  struct Users {
    IdSet<LeafId> readers;
    LeafId writer = {};
    bool all_leaves = true;   ///< no leaf outside the node touches the tensor
    bool older = false;       ///< a reader wants the value of the step before
    IdSet<RankId> ranks;      ///< that select the element
    IdSet<RankId> iteration;  ///< ranks of the readers' and the writer's iteration spaces
  };
  void start(const Tree& tree, FlatTree& flat);
  void add_node(NodeId node, bool active);
  void add_leaf(NodeId node, const Compute& compute);
  void add_keep(NodeId node, const Keep& keep);
  void add_tile(NodeId node, const Keep& keep, TensorId tensor);
  void add_stored(NodeId node, const Keep& keep);
  [[nodiscard]] bool comes_inside(NodeId node, std::size_t own) const;
  void add_residency(NodeId node, const Keep& keep, TensorId tensor, const Users& users);
  void add_handovers(NodeId node, TensorId tensor, NodeId parent_node, const Users& users);
  void connect_tile(NodeId node, TensorId tensor, NodeId parent_node, const Users& users);
  void connect_unit(LeafId leaf);
  void connect_operand(LeafId leaf, const CascadeFacts::Operand& operand, bool up);
  void add_transfer(TensorId tensor, LeafId leaf, NodeId child_node, NodeId parent_node, const Users& users,
                    bool up);
  void check_home(NodeId node, const Keep& keep, TensorId tensor, const Users& users);
  void check_below(NodeId node, const Keep& keep, TensorId tensor, NodeId parent_node);
  void check_order();
  void check_reader(const Leaf& reader, const Leaf& writer, TensorId id);
  void sort_by_level();
  void find_path(NodeId node);
  [[nodiscard]] BoxId box_of(const IdSet<RankId>& ranks, bool shared);
  void add_spread(ResidencyId residency);
  [[nodiscard]] NodeId keep_above(NodeId node, TensorId tensor) const;
  [[nodiscard]] Users users_below(NodeId node, TensorId tensor) const;
  /// The tile that the loops in `tile_loops_` select.
  [[nodiscard]] Tile tile_of(TensorId tensor, const IdSet<RankId>& ranks);
  [[nodiscard]] const Keep& keep_at(NodeId node) const;
  void fail(Misfit misfit);

  const CascadeFacts& facts_;
  const Arch& arch_;
  const SharedRank* shared_;
  const StoredTensor* stored_;
  const Tree* tree_ = nullptr;
  FlatTree* flat_ = nullptr;
  Misfit misfit_;
  ByNode<NodeId> loop_above_;  // the next
  ByNode<NodeId> keep_above_;
  ByNode<char> keeps_;    // active keeps
  ByNode<char> covered_;  // loops that a Cover names
  ByNode<IdSet<LeafId>> leaves_below_;
  ByTensor<IdSet<LeafId>> readers_;
  ByTensor<IdSet<LeafId>> older_readers_;
  ByTensor<LeafId> writer_;
  IdSet<RankId> uncovered_;  // ranks that a Cover without a loop names
  struct PathLoop {
    NodeId node;
    RankId rank;
    bool spatial;
    [[nodiscard]] bool over(const IdSet<RankId>& ranks) const { return ranks.has(rank); }
  };
  std::vector<PathLoop> path_;      // loops above the node at hand, outermost first
  std::optional<NodeId> path_end_;  // the innermost of them; nullopt: no path yet
  // Lists in the making.
  std::vector<NodeId> first_, second_, third_, fourth_, tile_loops_;
  std::vector<Transfer::Trip> trips_;
  ByLevel<std::size_t> level_starts_;
};

}  // namespace tilewright
