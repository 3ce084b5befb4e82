#include <algorithm>
#include <map>

#include "mappings/space/plan.hpp"

namespace tilewright {

namespace {

class TreeMaker {
 public:
  explicit TreeMaker(const Cascade& cascade) : cascade_(cascade) {}

  PlannedTree make(const Plan& plan) {
    for (const GroupPlan& group : plan.groups) add(group);
    return std::move(result_);
  }

 private:
  void add(const GroupPlan& plan) {
    group_ = result_.tree.groups.push_back({cascade_.einsums[plan.einsums.front().einsum].name, steps(plan), {}});
    NodeId parent;
    std::size_t keep = 0;
    for (int depth = 0; depth <= static_cast<int>(plan.loops.size()); ++depth) {
      while (keep < plan.keeps.size() && plan.keeps[keep].below == depth)
        parent = add_keep(plan.keeps, keep, parent);
      if (depth < static_cast<int>(plan.loops.size()))
        parent = add(parent, Loop{plan.loops[static_cast<std::size_t>(depth)].rank},
                     plan.loops[static_cast<std::size_t>(depth)].factor);
    }
    for (const EinsumPlan& einsum : plan.einsums) add_branch(einsum, parent);
  }

  void add_branch(const EinsumPlan& plan, NodeId parent) {
    for (const PlannedLoop& loop : plan.steps) parent = add(parent, Loop{loop.rank}, loop.factor);
    for (const PlannedLoop& loop : plan.lanes) parent = add(parent, Loop{loop.rank, true}, loop.factor);
    for (std::size_t keep = 0; keep < plan.kept.size();) parent = add_keep(plan.kept, keep, parent);
    for (const PlannedLoop& loop : plan.in_lane) parent = add(parent, Loop{loop.rank}, loop.factor);
    add(parent, Compute{plan.einsum, plan.unit}, 1);
  }

  // One node for all that one level keeps below the same loops.
  NodeId add_keep(const std::vector<PlannedKeep>& keeps, std::size_t& next, NodeId parent) {
    Keep node{keeps[next].level, {}};
    const int below = keeps[next].below;
    for (; next < keeps.size() && keeps[next].level == node.level && keeps[next].below == below; ++next)
      node.tensors.push_back(keeps[next].tensor);
    return add(parent, std::move(node), 1);
  }

  NodeId add(NodeId parent, std::variant<Loop, Keep, Compute> what, double factor) {
    result_.factors.push_back(factor);
    return result_.tree.nodes.push_back({parent, group_, std::move(what)});
  }

  static std::vector<Step> steps(const GroupPlan& plan) {
    std::vector<Step> steps;
    if (!plan.pipelined) {
      for (const EinsumPlan& einsum : plan.einsums) steps.push_back({{{einsum.einsum}}, {}});
      return steps;
    }
    std::map<UnitId, std::vector<EinsumId>> lanes;
    for (const EinsumPlan& einsum : plan.einsums) lanes[einsum.unit].push_back(einsum.einsum);
    steps.emplace_back();
    for (auto& [unit, lane] : lanes) steps.back().lanes.push_back(std::move(lane));
    return steps;
  }

  const Cascade& cascade_;
  PlannedTree result_;
  GroupId group_;
};

}  // namespace

PlannedTree tree_of(const Plan& plan, const Cascade& cascade) { return TreeMaker(cascade).make(plan); }

}  // namespace tilewright
