// From a tree to a flat tree.
#pragma once

#include <span>
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
  Misfit flatten(const Tree& tree, std::span<const char> active, FlatTree& flat);

 private:
  /// Who touches a tensor below a keep node, in the order of the tree.
  struct Users {
    IdSet readers;           ///< leaves
    int writer = -1;         ///< leaf
    bool all_leaves = true;  ///< no leaf outside the node touches the tensor
    bool older = false;      ///< a reader wants the value of the step before
    IdSet ranks;             ///< that select the element
    IdSet iteration;         ///< ranks of the readers' and the writer's iteration spaces
  };
  void start(const Tree& tree, FlatTree& flat);
  void add_node(int node, bool active);
  void add_leaf(int node, const Compute& compute);
  void add_keep(int node, const Keep& keep);
  void add_tile(int node, const Keep& keep, TensorId tensor);
  void add_stored(int node, const Keep& keep);
  [[nodiscard]] bool comes_inside(int node, std::size_t first) const;
  void add_residency(int node, const Keep& keep, TensorId tensor, const Users& users);
  void add_handovers(int node, TensorId tensor, int parent_node, const Users& users);
  void connect_tile(int node, TensorId tensor, int parent_node, const Users& users);
  void connect_unit(int leaf);
  void connect_operand(int leaf, const CascadeFacts::Operand& operand, bool up);
  void add_transfer(TensorId tensor, int leaf, int child_node, int parent_node, const Users& users, bool up);
  void check_home(int node, const Keep& keep, TensorId tensor, const Users& users);
  void check_below(int node, const Keep& keep, TensorId tensor, int parent_node);
  void check_order();
  void check_reader(const Leaf& reader, const Leaf& writer, TensorId tensor);
  void sort_by_level();
  void find_path(int node);
  [[nodiscard]] int box_of(const IdSet& ranks, bool shared);
  void add_spread(int residency);
  [[nodiscard]] int keep_above(int node, TensorId tensor) const;
  [[nodiscard]] Users users_below(int node, TensorId tensor) const;
  /// The tile that the loops in `tile_loops_` select.
  [[nodiscard]] Tile tile_of(TensorId tensor, const IdSet& ranks);
  [[nodiscard]] const Keep& keep_at(int node) const;
  void fail(Misfit misfit);

  const CascadeFacts& facts_;
  const Arch& arch_;
  const SharedRank* shared_;
  const StoredTensor* stored_;
  const Tree* tree_ = nullptr;
  FlatTree* flat_ = nullptr;
  Misfit misfit_;
  static constexpr int no_path = -2;
  // By node.
  std::vector<int> loop_above_;  // the next; -1: none
  std::vector<int> keep_above_;
  std::vector<char> keeps_;    // active keeps
  std::vector<char> covered_;  // loops that a Cover names
  std::vector<IdSet> leaves_below_;
  // By tensor.
  std::vector<IdSet> readers_;  // leaves
  std::vector<IdSet> older_readers_;
  std::vector<int> writer_;  // leaf
  IdSet uncovered_;          // ranks that a Cover without a loop names
  struct PathLoop {
    int node;
    RankId rank;
    bool spatial;
    [[nodiscard]] bool over(const IdSet& ranks) const { return ranks.has(static_cast<std::size_t>(rank)); }
  };
  std::vector<PathLoop> path_;  // loops above the node at hand, outermost first
  int path_end_ = no_path;      // the innermost of them
  // Lists in the making.
  std::vector<int> first_, second_, third_, fourth_, tile_loops_;
  std::vector<Transfer::Trip> trips_;
  std::vector<std::size_t> level_ends_;
};

}  // namespace tilewright
