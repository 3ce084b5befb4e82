// Builds a Plan from the tree of a mapping.
#pragma once

#include <vector>

#include "mappings/plan.hpp"
#include "mappings/uses.hpp"

namespace tilewright {

class PlanBuilder {
 public:
  PlanBuilder(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const std::vector<char>& active);
  Plan build();

 private:
  /// Who touches a tensor below a keep node, in the order of the tree.
  struct Users {
    std::vector<int> readers;       ///< leaves
    int writer = -1;                ///< leaf
    bool all_leaves = true;         ///< no leaf outside the node touches the tensor
    bool older = false;             ///< a reader wants the value of the step before
    std::vector<RankId> ranks;      ///< that select the element
    std::vector<RankId> iteration;  ///< ranks of the readers' and the writer's iteration spaces
  };
  void find_leaves();
  void connect_tile(int node, TensorId tensor, int parent_node);
  void connect_unit(int leaf);
  void add_residency(int node, TensorId tensor);
  void add_handovers(int node, TensorId tensor, int parent_node);
  void add_transfer(TensorId tensor, int leaf, int child_node, int parent_node, const Users& users, bool up);
  [[nodiscard]] bool shares(TensorId tensor) const;
  /// The nearest active keep of the tensor strictly above a node; -1 if there is none.
  [[nodiscard]] int keep_above(int node, TensorId tensor) const;
  [[nodiscard]] Users users_below(int node, TensorId tensor) const;
  [[nodiscard]] Users users_of_leaf(int leaf, const Use& use) const;
  [[nodiscard]] bool below(int leaf, int node) const;
  [[nodiscard]] std::vector<int> path(int node) const;  ///< nodes above it, outermost first
  [[nodiscard]] const Keep& keep(int node) const;
  [[nodiscard]] const Einsum& einsum_of(int leaf) const;
  void require_descendant(int child_node, int parent_node, TensorId tensor) const;
  void require_home(int node, TensorId tensor) const;
  void require_whole(int node, const Tensor& data) const;
  [[noreturn]] void fail(int node, const std::string& message) const;

  const Cascade& cascade_;
  const Arch& arch_;
  const Mapping& mapping_;
  const std::vector<char>& active_;
  Plan plan_;
};

}  // namespace tilewright
