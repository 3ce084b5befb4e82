#include <algorithm>
#include <map>

#include "mappings/space/plan.hpp"
#include "mappings/uses.hpp"

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
    group_ = result_.tree.groups.push_back(
        {cascade_.einsums[plan.einsums.front().einsum].name, steps(plan), {}, plan.tiles});
    NodeId parent;
    std::size_t keep = 0;
    for (int depth = 0; depth <= static_cast<int>(plan.loops.size()); ++depth) {
      while (keep < plan.keeps.size() && plan.keeps[keep].below == depth) parent = add_keep(plan, keep, parent);
      if (depth < static_cast<int>(plan.loops.size()))
        parent = add(parent, Loop{plan.loops[static_cast<std::size_t>(depth)].rank},
                     plan.loops[static_cast<std::size_t>(depth)].factor);
    }
    for (const EinsumPlan& einsum : plan.einsums) add_branch(einsum, plan.einsums.size() > 1, parent);
  }

  // `turns`: what lanes keep makes room for other Einsums.
  void add_branch(const EinsumPlan& plan, bool turns, NodeId parent) {
    for (const PlannedLoop& loop : plan.steps) parent = add(parent, Loop{loop.rank}, loop.factor);
    for (const PlannedLoop& loop : plan.lanes) parent = add(parent, Loop{loop.rank, true}, loop.factor);
    for (std::size_t keep = 0; keep < plan.kept.size();) {
      Keep node{plan.kept[keep].level, {}, turns};
      for (; keep < plan.kept.size() && plan.kept[keep].level == node.level; ++keep)
        node.tensors.push_back(plan.kept[keep].tensor);
      parent = add(parent, std::move(node), 1);
    }
    for (const PlannedLoop& loop : plan.in_lane) parent = add(parent, Loop{loop.rank}, loop.factor);
    add(parent, Compute{plan.einsum, plan.unit}, 1);
  }

  // One node for all that one level keeps below the same loops as often.
  NodeId add_keep(const GroupPlan& plan, std::size_t& next, NodeId parent) {
    const std::size_t first = next;
    Keep node{plan.keeps[first].level, {}};
    for (; next < plan.keeps.size() && together(plan, first, next); ++next)
      node.tensors.push_back(plan.keeps[next].tensor);
    return add(parent, std::move(node), buffers_of(plan, first, cascade_));
  }

  [[nodiscard]] bool together(const GroupPlan& plan, std::size_t a, std::size_t b) const {
    return plan.keeps[a].level == plan.keeps[b].level && plan.keeps[a].below == plan.keeps[b].below &&
           buffers_of(plan, a, cascade_) == buffers_of(plan, b, cascade_);
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

int buffers_of(const GroupPlan& group, std::size_t keep, const Cascade& cascade) {
  if (!group.pipelined) return 1;
  const TensorId tensor = group.keeps[keep].tensor;
  for (std::size_t nearer = keep + 1; nearer < group.keeps.size(); ++nearer)
    if (group.keeps[nearer].tensor == tensor) return 1;
  const auto writes = [&](const EinsumPlan& plan) {
    return write_of(cascade, cascade.einsums[plan.einsum]).tensor == tensor;
  };
  const auto reads = [&](const EinsumPlan& plan) {
    return !writes(plan) && std::ranges::any_of(reads_of(cascade, cascade.einsums[plan.einsum]),
                                                [&](const Use& use) { return use.tensor == tensor; });
  };
  return std::ranges::any_of(group.einsums, writes) && std::ranges::any_of(group.einsums, reads) ? 2 : 1;
}

PlannedTree tree_of(const Plan& plan, const Cascade& cascade) { return TreeMaker(cascade).make(plan); }

}  // namespace tilewright
